package dev.allocator.core;

import dev.allocator.CacheEntry;
import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.RealmId;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Claim;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.NetworkCard;
import dev.allocator.spi.Place;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The provider type {@code scripted}: machines are entries of a map that outlives all allocators. */
final class ScriptedProvider implements ProviderFactory {

    /** What happens in a call, before it has an effect. */
    interface Step {
        void run(MachineId machine) throws ProviderException, InterruptedException;
    }

    /** Runs a command in any machine. */
    interface Shell {
        ExecResult run(Command command) throws ProviderException, InterruptedException;
    }

    final Map<MachineId, RealmId> machines = new ConcurrentHashMap<>();
    final AtomicInteger creates = new AtomicInteger();
    final AtomicInteger destroys = new AtomicInteger();
    final Set<String> tokens = ConcurrentHashMap.newKeySet();
    volatile Step create = machine -> {};
    volatile Step destroy = machine -> {};
    volatile Step list = machine -> {};
    volatile Step saveLogs = machine -> {};
    volatile Shell exec = command -> {
        throw new ProviderException("no command is expected");
    };
    volatile UnaryOperator<Machine.Builder> details = builder -> builder;
    volatile Set<Capability> capabilities = Set.of(Capability.LIST);
    volatile Map<String, Long> claims = Map.of();
    volatile List<Place> places = List.of();
    volatile Optional<HostAndPort> address = Optional.empty();
    volatile Optional<Credentials> login = Optional.empty();
    volatile Optional<byte[]> data = Optional.empty();
    final List<CacheEntry> cache = new CopyOnWriteArrayList<>();
    volatile @Nullable ProviderException cacheFailure;
    final Map<MachineId, Profile> made = new ConcurrentHashMap<>();
    private final Map<MachineId, Map<String, Long>> asked = new ConcurrentHashMap<>();
    final Map<MachineId, Claim> taken = new ConcurrentHashMap<>();
    final Map<MachineId, Claim> seats = new ConcurrentHashMap<>();

    /** A profile whose machine is ready once it is there. */
    static Profile profile() {
        return Profile.named("demo", "scripted").readiness(Readiness.none()).build();
    }

    static Step failing(String why) {
        return machine -> {
            throw new ProviderException(why);
        };
    }

    /** The ports that lead to guests, those of the guests by those of this host. */
    final Map<HostAndPort, Integer> forwards = new ConcurrentHashMap<>();

    private static NetworkCard card(Claim seat) {
        return new NetworkCard(seat.place(), "52:54:00:00:00:" + (10 + seat.slot()), "10.9.8." + (seat.slot() + 1), 24);
    }

    @Override
    public String type() {
        return "scripted";
    }

    @Override
    public SettingsSchema settings() {
        return SettingsSchema.empty().optional("region", Kind.STRING, "where").optional("token", Kind.SECRET, "who");
    }

    @Override
    public SettingsSchema profileSettings() {
        return SettingsSchema.empty();
    }

    @Override
    public Provider open(ProviderContext context) {
        return new Provider() {
            @Override
            public MachinePlan plan(MachineSpec spec) {
                return new MachinePlan(
                        spec,
                        new MachineRef(context.instance(), spec.id(), Map.of()),
                        asked.computeIfAbsent(spec.id(), id -> claims), // planned again, it is the same machine
                        places,
                        "a scripted machine");
            }

            @Override
            public Machine create(MachinePlan plan, CreateContext creation)
                    throws ProviderException, InterruptedException {
                MachineId id = plan.spec().id();
                creates.incrementAndGet();
                creation.claim().ifPresent(claim -> taken.put(id, claim));
                create.run(id);
                try {
                    Files.writeString(context.directory(id).resolve("disk"), "0");
                } catch (IOException e) {
                    throw new ProviderException("no disk: " + e, e);
                }
                machines.put(id, context.realm());
                made.put(id, plan.spec().profile());
                creation.network().ifPresent(seat -> seats.put(id, seat));
                return details.apply(Machine.builder(plan.ref())
                                .networks(creation.network().map(ScriptedProvider::card).stream()
                                        .toList())
                                .address(address.orElse(null))
                                .login(login.orElse(null))
                                .data(data.orElse(null)))
                        .build();
            }

            @Override
            public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
                return exec.run(command);
            }

            @Override
            public HostAndPort forward(MachineRef ref, int guestPort) throws ProviderException {
                HostAndPort address = new HostAndPort("127.0.0.1", 50_000 + forwards.size());
                forwards.put(address, guestPort);
                return address;
            }

            @Override
            public void unforward(MachineRef ref, HostAndPort address) {
                forwards.remove(address);
            }

            @Override
            public void saveLogs(MachineRef ref) throws ProviderException, InterruptedException {
                saveLogs.run(ref.machine());
            }

            @Override
            public void destroy(MachineRef ref) throws ProviderException {
                destroys.incrementAndGet();
                context.settings().secret("token").ifPresent(token -> tokens.add(token.reveal()));
                try {
                    destroy.run(ref.machine());
                } catch (InterruptedException e) {
                    throw new ProviderException("interrupted", e);
                }
                machines.remove(ref.machine());
                taken.remove(ref.machine());
                seats.remove(ref.machine());
            }

            @Override
            public List<FoundMachine> list() throws ProviderException {
                try {
                    list.run(MachineId.random());
                } catch (InterruptedException e) {
                    throw new ProviderException("interrupted", e);
                }
                return machines.entrySet().stream()
                        .map(machine -> new FoundMachine(
                                new MachineRef(context.instance(), machine.getKey(), Map.of()),
                                machine.getValue(),
                                Optional.empty(),
                                Optional.empty(),
                                "a scripted machine"))
                        .toList();
            }

            @Override
            public MachineHealth check(MachineRef ref) {
                return machines.containsKey(ref.machine())
                        ? new MachineHealth(State.RUNNING, "it is in the map")
                        : new MachineHealth(State.GONE, "it is not in the map");
            }

            @Override
            public List<CacheEntry> cache() throws ProviderException {
                if (cacheFailure != null) {
                    throw cacheFailure;
                }
                return List.copyOf(cache);
            }

            @Override
            public List<CacheEntry> pruneCache(Instant unusedSince) throws ProviderException {
                List<CacheEntry> removed = cache().stream()
                        .filter(entry -> !entry.inUse() && entry.lastUsed().isBefore(unusedSince))
                        .toList();
                cache.removeAll(removed);
                return removed;
            }

            @Override
            public Set<Capability> capabilities() {
                return capabilities;
            }
        };
    }
}
