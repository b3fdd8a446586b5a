package dev.allocator;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** One line of history: a lease that is over. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class EndedLease {

    private final LeaseId id;
    private final String profile;
    private final EndReason reason;
    private final Instant created;
    private final Instant ended;
    private final Optional<HostAndPort> address;
    private final Optional<String> message;
    private final Map<String, Duration> phases;

    private EndedLease(Builder builder) {
        this.id = builder.id;
        this.profile = builder.profile;
        this.reason = builder.reason;
        this.created = builder.created;
        this.ended = builder.ended;
        this.address = Optional.ofNullable(builder.address);
        this.message = Optional.ofNullable(builder.message);
        this.phases = Collections.unmodifiableMap(new LinkedHashMap<>(builder.phases));
    }

    /** Starts one with what each has. */
    public static Builder builder(LeaseId id, String profile, EndReason reason, Instant created, Instant ended) {
        return new Builder(id, profile, reason, created, ended);
    }

    /** The lease. */
    public LeaseId id() {
        return id;
    }

    /** The profile it was allocated from. */
    public String profile() {
        return profile;
    }

    /** Why it ended. */
    public EndReason reason() {
        return reason;
    }

    /** When it was asked for. */
    public Instant created() {
        return created;
    }

    /** When its machine was gone. */
    public Instant ended() {
        return ended;
    }

    /** Where its machine answered SSH, or empty if it never did. */
    public Optional<HostAndPort> address() {
        return address;
    }

    /** What went wrong, in one line, or empty. */
    public Optional<String> message() {
        return message;
    }

    /** How long each phase took, by its name, in order. */
    public Map<String, Duration> phases() {
        return phases;
    }

    @Override
    public String toString() {
        return "ended lease " + id + " (" + profile + ", " + reason + ")";
    }

    /** Puts one together; not safe for several threads. */
    public static final class Builder {
        private final LeaseId id;
        private final String profile;
        private final EndReason reason;
        private final Instant created;
        private final Instant ended;
        private @Nullable HostAndPort address;
        private @Nullable String message;
        private Map<String, Duration> phases = Map.of();

        private Builder(LeaseId id, String profile, EndReason reason, Instant created, Instant ended) {
            this.id = id;
            this.profile = profile;
            this.reason = reason;
            this.created = created;
            this.ended = ended;
        }

        /** Sets {@link EndedLease#address()}. */
        public Builder address(HostAndPort address) {
            this.address = address;
            return this;
        }

        /** Sets {@link EndedLease#message()}. */
        public Builder message(String message) {
            this.message = message;
            return this;
        }

        /** Sets {@link EndedLease#phases()}. */
        public Builder phases(Map<String, Duration> phases) {
            this.phases = phases;
            return this;
        }

        /** The finished value. */
        public EndedLease build() {
            return new EndedLease(this);
        }
    }
}
