package dev.allocator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A named description of a machine: provider, image, resources, log-in, setup steps, readiness, network.
 *
 * <p>What only one provider understands (QEMU's {@code accel}, say) is in {@link #settings()}.
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class Profile {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:+/-]{0,127}");

    private final Builder values;

    private Profile(Builder builder) {
        this.values = new Builder(builder);
    }

    /**
     * Starts a profile.
     *
     * @param name letters, digits and {@code . _ : + / -}, a letter or digit first, at most 128
     * @param provider the name of a provider instance; an instance that is not configured is opened with defaults if
     *     the name is a provider's type
     * @throws IllegalArgumentException if the name has another form
     */
    public static Builder named(String name, String provider) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a profile name: '" + name
                    + "' (expected letters, digits and . _ : + / -, a letter or digit first)");
        }
        return new Builder(name, provider);
    }

    /** The profile's name. */
    public String name() {
        return values.name;
    }

    /** The provider instance that makes its machines. */
    public String provider() {
        return values.provider;
    }

    /** The image, in the provider's terms: a path, an alias, a name. */
    public Optional<String> image() {
        return Optional.ofNullable(values.image);
    }

    /** The machine architecture as {@code uname -m} names it, or empty for the host's. */
    public Optional<String> arch() {
        return Optional.ofNullable(values.arch);
    }

    /** Virtual CPUs, at least 1, or empty for the provider's default. */
    public OptionalInt cpu() {
        return values.cpu == null ? OptionalInt.empty() : OptionalInt.of(values.cpu);
    }

    /** Memory, or empty for the provider's default. */
    public Optional<DataSize> memory() {
        return Optional.ofNullable(values.memory);
    }

    /** The size of the root disk, or empty for the image's own. */
    public Optional<DataSize> disk() {
        return Optional.ofNullable(values.disk);
    }

    /**
     * What the image's SSH server already accepts. Empty: the engine plants a key of its own while the machine is
     * created, which the image must support (cloud-init, say).
     */
    public Optional<Credentials> login() {
        return Optional.ofNullable(values.login);
    }

    /** Scripts run as root before the machine is handed out, in order. */
    public List<SetupStep> setup() {
        return values.setup;
    }

    /** When the machine counts as ready. */
    public Readiness readiness() {
        return values.readiness;
    }

    /** The network that machines of this name share, or empty. */
    public Optional<String> network() {
        return Optional.ofNullable(values.network);
    }

    /** How long leases last if the request does not say, or empty: while they are attached. */
    public Optional<Duration> ttl() {
        return Optional.ofNullable(values.ttl);
    }

    /** How long an allocation may take if the request does not say, or empty: 5 minutes. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(values.timeout);
    }

    /**
     * How many machines of this profile's name there may be at a time in one state directory, at least 1, or empty: as
     * many as its provider can make. Who asks for one more waits.
     */
    public OptionalInt limit() {
        return values.limit == null ? OptionalInt.empty() : OptionalInt.of(values.limit);
    }

    /** Folders of the host that the machine sees. */
    public List<Share> shares() {
        return values.shares;
    }

    /** When its machines are kept if neither the request nor {@code ALLOCATOR_KEEP} says, or empty: never. */
    public Optional<Keep> keep() {
        return Optional.ofNullable(values.keep);
    }

    /**
     * What is copied from the machine to the evidence if its allocation fails although it can be reached: paths of files and
     * folders, with {@code *}, {@code ?} and {@code […]} as for a shell.
     */
    public List<String> collect() {
        return values.collect;
    }

    /** Free words for people and queries. */
    public Map<String, String> labels() {
        return values.labels;
    }

    /** Keys only the provider understands: text, numbers, booleans, lists and maps of these. */
    public Map<String, Object> settings() {
        return values.settings;
    }

    /** A copy to change. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    @Override
    public String toString() {
        return "profile " + values.name + " (" + values.provider + ")";
    }

    /** Puts a profile together; not safe for several threads. */
    public static final class Builder {
        private final String name;
        private final String provider;
        private @Nullable String image;
        private @Nullable String arch;
        private @Nullable Integer cpu;
        private @Nullable DataSize memory;
        private @Nullable DataSize disk;
        private @Nullable Credentials login;
        private List<SetupStep> setup = List.of();
        private Readiness readiness = Readiness.login();
        private @Nullable String network;
        private @Nullable Duration ttl;
        private @Nullable Duration timeout;
        private @Nullable Integer limit;
        private List<Share> shares = List.of();
        private @Nullable Keep keep;
        private List<String> collect = List.of();
        private Map<String, String> labels = Map.of();
        private Map<String, Object> settings = Map.of();

        private Builder(String name, String provider) {
            this.name = name;
            this.provider = provider;
        }

        private Builder(Builder other) {
            this.name = other.name;
            this.provider = other.provider;
            this.image = other.image;
            this.arch = other.arch;
            this.cpu = other.cpu;
            this.memory = other.memory;
            this.disk = other.disk;
            this.login = other.login;
            this.setup = List.copyOf(other.setup);
            this.readiness = other.readiness;
            this.network = other.network;
            this.ttl = other.ttl;
            this.timeout = other.timeout;
            this.limit = other.limit;
            this.shares = List.copyOf(other.shares);
            this.keep = other.keep;
            this.collect = List.copyOf(other.collect);
            this.labels = Collections.unmodifiableMap(new LinkedHashMap<>(other.labels));
            this.settings = Collections.unmodifiableMap(new LinkedHashMap<>(other.settings));
        }

        /** Sets {@link Profile#image()}. */
        public Builder image(String image) {
            this.image = image;
            return this;
        }

        /** Sets {@link Profile#arch()}. */
        public Builder arch(String arch) {
            this.arch = arch;
            return this;
        }

        /** Sets {@link Profile#cpu()}; 1 to 1024. */
        public Builder cpu(int cpu) {
            if (cpu < 1 || cpu > 1024) {
                throw new IllegalArgumentException("cpu must be 1 to 1024: " + cpu);
            }
            this.cpu = cpu;
            return this;
        }

        /** Sets {@link Profile#memory()}. */
        public Builder memory(DataSize memory) {
            this.memory = memory;
            return this;
        }

        /** Sets {@link Profile#disk()}. */
        public Builder disk(DataSize disk) {
            this.disk = disk;
            return this;
        }

        /** Sets {@link Profile#login()}. */
        public Builder login(Credentials login) {
            this.login = login;
            return this;
        }

        /** Adds a step to {@link Profile#setup()}, called {@code step N}. */
        public Builder setup(String script) {
            return setup(new SetupStep("step " + (setup.size() + 1), script));
        }

        /** Adds a step to {@link Profile#setup()}. */
        public Builder setup(SetupStep step) {
            List<SetupStep> steps = new ArrayList<>(setup);
            steps.add(step);
            this.setup = List.copyOf(steps);
            return this;
        }

        /** Sets {@link Profile#readiness()}. */
        public Builder readiness(Readiness readiness) {
            this.readiness = readiness;
            return this;
        }

        /** Sets {@link Profile#network()}. */
        public Builder network(String network) {
            this.network = network;
            return this;
        }

        /** Sets {@link Profile#ttl()}; more than zero. */
        public Builder ttl(Duration ttl) {
            this.ttl = AllocationRequest.positive("ttl", ttl);
            return this;
        }

        /** Sets {@link Profile#timeout()}; more than zero. */
        public Builder timeout(Duration timeout) {
            this.timeout = AllocationRequest.positive("timeout", timeout);
            return this;
        }

        /** Sets {@link Profile#limit()}; at least 1. */
        public Builder limit(int limit) {
            if (limit < 1) {
                throw new IllegalArgumentException("limit must be 1 or more: " + limit);
            }
            this.limit = limit;
            return this;
        }

        /** Adds to {@link Profile#shares()}. */
        public Builder share(Share share) {
            List<Share> copy = new ArrayList<>(shares);
            copy.add(share);
            this.shares = List.copyOf(copy);
            return this;
        }

        /** Sets {@link Profile#keep()}. */
        public Builder keep(Keep keep) {
            this.keep = keep;
            return this;
        }

        /**
         * Adds to {@link Profile#collect()}.
         *
         * @throws IllegalArgumentException unless it is an absolute path without control characters
         */
        public Builder collect(String path) {
            if (!path.startsWith("/") || path.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        "not an absolute path: '" + path.replaceAll("\\p{Cntrl}", "?") + "'");
            }
            List<String> copy = new ArrayList<>(collect);
            copy.add(path);
            this.collect = List.copyOf(copy);
            return this;
        }

        /** Adds to {@link Profile#labels()}. */
        public Builder label(String key, String value) {
            Map<String, String> copy = new LinkedHashMap<>(labels);
            copy.put(key, value);
            this.labels = copy;
            return this;
        }

        /** Adds to {@link Profile#settings()}: text, a number, a boolean, or a list or map of these. */
        public Builder setting(String key, Object value) {
            Map<String, Object> copy = new LinkedHashMap<>(settings);
            copy.put(key, value);
            this.settings = copy;
            return this;
        }

        /** The profile. */
        public Profile build() {
            return new Profile(this);
        }
    }
}
