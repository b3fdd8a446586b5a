package dev.allocator;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** What a caller asks for: a profile and what is particular to this lease. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class AllocationRequest {

    private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private final String profile;
    private final Optional<Credentials> credentials;
    private final Optional<Duration> ttl;
    private final Optional<Duration> timeout;
    private final Optional<String> network;
    private final Optional<String> name;
    private final Optional<Keep> keep;
    private final Map<String, String> labels;

    private AllocationRequest(Builder builder) {
        this.profile = builder.profile;
        this.credentials = Optional.ofNullable(builder.credentials);
        this.ttl = Optional.ofNullable(builder.ttl);
        this.timeout = Optional.ofNullable(builder.timeout);
        this.network = Optional.ofNullable(builder.network);
        this.name = Optional.ofNullable(builder.name);
        this.keep = Optional.ofNullable(builder.keep);
        this.labels = Collections.unmodifiableMap(new LinkedHashMap<>(builder.labels));
    }

    /** Asks for a machine of a profile. */
    public static Builder forProfile(String profile) {
        return new Builder(profile);
    }

    /** The profile's name. */
    public String profile() {
        return profile;
    }

    /** The user who must be able to log in; empty: the profile's. The user is created where it is missing. */
    public Optional<Credentials> credentials() {
        return credentials;
    }

    /**
     * How long the lease lasts, counted from when it is ready; empty: the profile's, else as long as it is attached.
     */
    public Optional<Duration> ttl() {
        return ttl;
    }

    /** The deadline for everything until the lease is ready, queueing included; empty: the profile's. */
    public Optional<Duration> timeout() {
        return timeout;
    }

    /** The network to join; empty: the profile's. */
    public Optional<String> network() {
        return network;
    }

    /** The machine's host name, by which others of its network reach it; empty: one made of the profile's name. */
    public Optional<String> name() {
        return name;
    }

    /** When the machine is kept; empty: {@code ALLOCATOR_KEEP}, else the profile's, else never. */
    public Optional<Keep> keep() {
        return keep;
    }

    /** Free words kept with the lease. */
    public Map<String, String> labels() {
        return labels;
    }

    @Override
    public String toString() {
        return "request for " + profile;
    }

    static Duration positive(String what, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(what + " must be more than zero: " + Durations.format(duration));
        }
        return duration;
    }

    /** Puts a request together; not safe for several threads. */
    public static final class Builder {
        private final String profile;
        private @Nullable Credentials credentials;
        private @Nullable Duration ttl;
        private @Nullable Duration timeout;
        private @Nullable String network;
        private @Nullable String name;
        private @Nullable Keep keep;
        private final Map<String, String> labels = new LinkedHashMap<>();

        private Builder(String profile) {
            this.profile = profile;
        }

        /** Sets {@link AllocationRequest#credentials()} to a user with a password. */
        public Builder credentials(String user, Secret password) {
            return credentials(Credentials.password(user, password));
        }

        /** Sets {@link AllocationRequest#credentials()}. */
        public Builder credentials(Credentials credentials) {
            this.credentials = credentials;
            return this;
        }

        /** Sets {@link AllocationRequest#ttl()}; more than zero. */
        public Builder ttl(Duration ttl) {
            this.ttl = positive("ttl", ttl);
            return this;
        }

        /** Sets {@link AllocationRequest#timeout()}; more than zero. */
        public Builder timeout(Duration timeout) {
            this.timeout = positive("timeout", timeout);
            return this;
        }

        /** Sets {@link AllocationRequest#network()}. */
        public Builder network(String network) {
            this.network = network;
            return this;
        }

        /**
         * Sets {@link AllocationRequest#name()}.
         *
         * @param name lower-case letters, digits and hyphens, a letter or digit first and last, at most 63 (RFC 1123);
         *     not {@code localhost}
         * @throws IllegalArgumentException if it has another form
         */
        public Builder name(String name) {
            if (!HOST_NAME.matcher(name).matches() || name.equals("localhost")) {
                throw new IllegalArgumentException(
                        "not a host name: '" + name
                                + "' (expected lower-case letters, digits and hyphens, at most 63, none of them first or last a hyphen)");
            }
            this.name = name;
            return this;
        }

        /** Sets {@link AllocationRequest#keep()}. */
        public Builder keep(Keep keep) {
            this.keep = keep;
            return this;
        }

        /** Adds to {@link AllocationRequest#labels()}. */
        public Builder label(String key, String value) {
            labels.put(key, value);
            return this;
        }

        /** The request. */
        public AllocationRequest build() {
            return new AllocationRequest(this);
        }
    }
}
