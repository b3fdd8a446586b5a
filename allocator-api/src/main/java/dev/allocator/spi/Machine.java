package dev.allocator.spi;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A machine that was created and runs. Unchangeable; its stages may complete on any thread. */
@API(status = Status.MAINTAINED, since = "0.1")
public final class Machine {

    private final MachineRef ref;
    private final @Nullable HostAndPort address;
    private final @Nullable CompletionStage<Located> located;
    private final @Nullable Path console;
    private final Map<String, String> attributes;
    private final @Nullable Credentials login;
    private final byte @Nullable [] data;
    private final @Nullable String hostAddress;
    private final List<NetworkCard> networks;
    private final List<GuestMount> mounts;
    private final @Nullable CompletionStage<?> commands;
    private final CompletionStage<?> awake;
    private final CompletionStage<String> death;

    private Machine(Builder builder) {
        ref = builder.ref;
        address = builder.address;
        located = builder.located;
        console = builder.console;
        attributes = Map.copyOf(builder.attributes);
        login = builder.login;
        data = builder.data == null ? null : builder.data.clone();
        hostAddress = builder.hostAddress;
        networks = List.copyOf(builder.networks);
        mounts = List.copyOf(builder.mounts);
        commands = builder.commands;
        awake = builder.awake;
        death = builder.death;
    }

    /** A machine without an address and without anything else that is optional. */
    public static Builder builder(MachineRef ref) {
        return new Builder(ref);
    }

    /** How to find it again. */
    public MachineRef ref() {
        return ref;
    }

    /** Where its SSH server will answer; empty if it has none or if that is only learnt later. */
    public Optional<HostAndPort> address() {
        return Optional.ofNullable(address);
    }

    /**
     * Completes when its address is known, where that is learnt while it starts; never exceptionally. The engine waits
     * for it before it connects. Empty: {@link #address()} says all.
     */
    public Optional<CompletionStage<Located>> located() {
        return Optional.ofNullable(located);
    }

    /**
     * The file its console is written to while it runs, with {@link Capability#CONSOLE}; else the one that
     * {@link Provider#saveLogs} saves it to.
     */
    public Optional<Path> console() {
        return Optional.ofNullable(console);
    }

    /** Facts for the user, such as {@code accel}. */
    public Map<String, String> attributes() {
        return attributes;
    }

    /**
     * What its SSH server accepts, where the provider decided or learnt that; it counts more than the profile's and any
     * bootstrap key. Only with {@link Capability#LOGIN}.
     */
    public Optional<Credentials> login() {
        return Optional.ofNullable(login);
    }

    /** What the machine's maker says to its user, byte for byte; it may be secret. */
    public Optional<byte[]> data() {
        return Optional.ofNullable(data).map(byte[]::clone);
    }

    /** The address at which it reaches this host; empty if there is none or it may not. */
    public Optional<String> hostAddress() {
        return Optional.ofNullable(hostAddress);
    }

    /** Its card in the network of its spec, if that names one. Only with {@link Capability#NETWORK}. */
    public List<NetworkCard> networks() {
        return networks;
    }

    /** What the engine mounts in it of its profile's shares. Only with {@link Capability#SHARES}. */
    public List<GuestMount> mounts() {
        return mounts;
    }

    /**
     * Completes when {@link Provider#exec} begins to work for it, as early as the provider can tell; never if it does
     * not, and never exceptionally. Empty: nothing can be run but over SSH. Only with {@link Capability#EXEC}.
     */
    public Optional<CompletionStage<?>> commands() {
        return Optional.ofNullable(commands);
    }

    /**
     * Completes when connecting to the machine begins to make sense, as early as the provider can tell; never
     * exceptionally. Earlier connections would cost a booting guest work and might be answered late. Unless it was set,
     * connecting makes sense at once; a provider that cannot tell leaves it so.
     */
    public CompletionStage<?> awake() {
        return awake;
    }

    /**
     * Completes with one clear sentence when the machine dies by itself; never completes exceptionally. The engine
     * listens only while it waits for the machine.
     */
    public CompletionStage<String> death() {
        return death;
    }

    /** A builder with everything of this machine. */
    public Builder toBuilder() {
        Builder copy = new Builder(ref);
        copy.address = address;
        copy.located = located;
        copy.console = console;
        copy.attributes = attributes;
        copy.login = login;
        copy.data = data;
        copy.hostAddress = hostAddress;
        copy.networks = networks;
        copy.mounts = mounts;
        copy.commands = commands;
        copy.awake = awake;
        copy.death = death;
        return copy;
    }

    /** Without the attributes, the log-in and the data, which may be secret. */
    @Override
    public String toString() {
        return "machine " + ref.machine()
                + address().map(known -> " at " + known).orElse("");
    }

    /** Puts a machine together; for one thread. */
    public static final class Builder {

        private MachineRef ref;
        private @Nullable HostAndPort address;
        private @Nullable CompletionStage<Located> located;
        private @Nullable Path console;
        private Map<String, String> attributes = Map.of();
        private @Nullable Credentials login;
        private byte @Nullable [] data;
        private @Nullable String hostAddress;
        private List<NetworkCard> networks = List.of();
        private List<GuestMount> mounts = List.of();
        private @Nullable CompletionStage<?> commands;
        private CompletionStage<?> awake = CompletableFuture.completedStage(null);
        private CompletionStage<String> death = new CompletableFuture<>();

        private Builder(MachineRef ref) {
            this.ref = Objects.requireNonNull(ref);
        }

        /** Sets {@link Machine#ref()}. */
        public Builder ref(MachineRef ref) {
            this.ref = Objects.requireNonNull(ref);
            return this;
        }

        /** Sets {@link Machine#address()}; null: none. */
        public Builder address(@Nullable HostAndPort address) {
            this.address = address;
            return this;
        }

        /** Sets {@link Machine#located()}; null: nothing comes later. */
        public Builder located(@Nullable CompletionStage<Located> located) {
            this.located = located;
            return this;
        }

        /** Sets {@link Machine#console()}; null: none. */
        public Builder console(@Nullable Path console) {
            this.console = console;
            return this;
        }

        /** Sets {@link Machine#attributes()}; none unless set. */
        public Builder attributes(Map<String, String> attributes) {
            this.attributes = attributes;
            return this;
        }

        /** Sets {@link Machine#login()}; null: none. */
        public Builder login(@Nullable Credentials login) {
            this.login = login;
            return this;
        }

        /** Sets {@link Machine#data()}; null: none. */
        public Builder data(byte @Nullable [] data) {
            this.data = data;
            return this;
        }

        /** Sets {@link Machine#hostAddress()}; null: none. */
        public Builder hostAddress(@Nullable String hostAddress) {
            this.hostAddress = hostAddress;
            return this;
        }

        /** Sets {@link Machine#networks()}; none unless set. */
        public Builder networks(List<NetworkCard> networks) {
            this.networks = networks;
            return this;
        }

        /** Sets {@link Machine#mounts()}; none unless set. */
        public Builder mounts(List<GuestMount> mounts) {
            this.mounts = mounts;
            return this;
        }

        /** Sets {@link Machine#commands()}; null: nothing can be run. */
        public Builder commands(@Nullable CompletionStage<?> commands) {
            this.commands = commands;
            return this;
        }

        /** Sets {@link Machine#awake()}; at once unless set. */
        public Builder awake(CompletionStage<?> awake) {
            this.awake = awake;
            return this;
        }

        /** Sets {@link Machine#death()}; never unless set. */
        public Builder death(CompletionStage<String> death) {
            this.death = death;
            return this;
        }

        /** The machine. */
        public Machine build() {
            return new Machine(this);
        }
    }
}
