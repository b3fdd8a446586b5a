package dev.allocator;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** What is known of a lease at one moment. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class LeaseInfo {

    private final LeaseId id;
    private final String profile;
    private final String provider;
    private final LeaseState state;
    private final Instant created;
    private final Optional<MachineId> machine;
    private final Optional<HostAndPort> address;
    private final Optional<String> user;
    private final Optional<Instant> ready;
    private final Optional<Instant> expires;
    private final boolean attached;
    private final Optional<String> owner;
    private final Optional<String> problem;
    private final Optional<Instant> nextTry;
    private final Map<String, String> labels;
    private final Optional<String> name;
    private final Map<String, String> networks;

    private LeaseInfo(Builder builder) {
        this.id = builder.id;
        this.profile = builder.profile;
        this.provider = builder.provider;
        this.state = builder.state;
        this.created = builder.created;
        this.machine = Optional.ofNullable(builder.machine);
        this.address = Optional.ofNullable(builder.address);
        this.user = Optional.ofNullable(builder.user);
        this.ready = Optional.ofNullable(builder.ready);
        this.expires = Optional.ofNullable(builder.expires);
        this.attached = builder.attached;
        this.owner = Optional.ofNullable(builder.owner);
        this.problem = Optional.ofNullable(builder.problem);
        this.nextTry = Optional.ofNullable(builder.nextTry);
        this.name = Optional.ofNullable(builder.name);
        this.networks = Collections.unmodifiableMap(new LinkedHashMap<>(builder.networks));
        this.labels = Collections.unmodifiableMap(new LinkedHashMap<>(builder.labels));
    }

    /** Starts one with what each has. */
    public static Builder builder(LeaseId id, String profile, String provider, LeaseState state, Instant created) {
        return new Builder(id, profile, provider, state, created);
    }

    /** The lease. */
    public LeaseId id() {
        return id;
    }

    /** The profile it was allocated from. */
    public String profile() {
        return profile;
    }

    /** The provider instance of its machine. */
    public String provider() {
        return provider;
    }

    /** Where it is in its life. */
    public LeaseState state() {
        return state;
    }

    /** When it was asked for. */
    public Instant created() {
        return created;
    }

    /** Its machine, or empty while it has none. */
    public Optional<MachineId> machine() {
        return machine;
    }

    /** Where its machine answers SSH, or empty while that is not known. */
    public Optional<HostAndPort> address() {
        return address;
    }

    /** Who can log in, or empty while that is not known. */
    public Optional<String> user() {
        return user;
    }

    /** When its user could log in, or empty before. */
    public Optional<Instant> ready() {
        return ready;
    }

    /** When it ends by itself, or empty: when its owner does. */
    public Optional<Instant> expires() {
        return expires;
    }

    /** Whether it ends with the process that holds it. */
    public boolean attached() {
        return attached;
    }

    /** Who holds it, such as {@code pid 4711 on builder}, or empty if nobody. */
    public Optional<String> owner() {
        return owner;
    }

    /** Why its machine could not be destroyed yet, or why its allocation failed whose machine was kept; or empty. */
    public Optional<String> problem() {
        return problem;
    }

    /** When destroying its machine is tried again, or empty if that did not fail. */
    public Optional<Instant> nextTry() {
        return nextTry;
    }

    /** Its machine's host name, or empty if the request named none. */
    public Optional<String> name() {
        return name;
    }

    /** Its machine's address in each network that it shares with others, by the network's name. */
    public Map<String, String> networks() {
        return networks;
    }

    /** The labels it was requested with. */
    public Map<String, String> labels() {
        return labels;
    }

    @Override
    public String toString() {
        return "lease " + id + " (" + profile + ", " + state + ")";
    }

    /** Puts one together; not safe for several threads. */
    public static final class Builder {
        private final LeaseId id;
        private final String profile;
        private final String provider;
        private final LeaseState state;
        private final Instant created;
        private @Nullable MachineId machine;
        private @Nullable HostAndPort address;
        private @Nullable String user;
        private @Nullable Instant ready;
        private @Nullable Instant expires;
        private boolean attached;
        private @Nullable String owner;
        private @Nullable String problem;
        private @Nullable Instant nextTry;
        private Map<String, String> labels = Map.of();
        private @Nullable String name;
        private Map<String, String> networks = Map.of();

        private Builder(LeaseId id, String profile, String provider, LeaseState state, Instant created) {
            this.id = id;
            this.profile = profile;
            this.provider = provider;
            this.state = state;
            this.created = created;
        }

        /** Sets {@link LeaseInfo#machine()}. */
        public Builder machine(MachineId machine) {
            this.machine = machine;
            return this;
        }

        /** Sets {@link LeaseInfo#address()}. */
        public Builder address(HostAndPort address) {
            this.address = address;
            return this;
        }

        /** Sets {@link LeaseInfo#user()}. */
        public Builder user(String user) {
            this.user = user;
            return this;
        }

        /** Sets {@link LeaseInfo#ready()}. */
        public Builder ready(Instant ready) {
            this.ready = ready;
            return this;
        }

        /** Sets {@link LeaseInfo#expires()}. */
        public Builder expires(Instant expires) {
            this.expires = expires;
            return this;
        }

        /** Sets {@link LeaseInfo#attached()}. */
        public Builder attached(boolean attached) {
            this.attached = attached;
            return this;
        }

        /** Sets {@link LeaseInfo#owner()}. */
        public Builder owner(String owner) {
            this.owner = owner;
            return this;
        }

        /** Sets {@link LeaseInfo#problem()}. */
        public Builder problem(String problem) {
            this.problem = problem;
            return this;
        }

        /** Sets {@link LeaseInfo#nextTry()}. */
        public Builder nextTry(Instant nextTry) {
            this.nextTry = nextTry;
            return this;
        }

        /** Sets {@link LeaseInfo#name()}. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Sets {@link LeaseInfo#networks()}. */
        public Builder networks(Map<String, String> networks) {
            this.networks = networks;
            return this;
        }

        /** Sets {@link LeaseInfo#labels()}. */
        public Builder labels(Map<String, String> labels) {
            this.labels = labels;
            return this;
        }

        /** The finished value. */
        public LeaseInfo build() {
            return new LeaseInfo(this);
        }
    }
}
