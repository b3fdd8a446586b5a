package dev.allocator.junit;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Keep;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.ProviderHealth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;

/** The allocator of one configuration, and its machines of scope {@link Scope#RUN}. Safe for many threads. */
final class Run implements AutoCloseable {

    private static final Namespace NAMESPACE = Namespace.create(Run.class);

    /** A machine of scope RUN. Its allocation is no test's, so that no test's end is its end. */
    private record Shared(Declaration declaration, CompletableFuture<Held> machine) {}

    private final Allocator allocator;
    private final Map<String, Shared> machines = new ConcurrentHashMap<>();
    private final Map<String, String> networks = new ConcurrentHashMap<>();
    private final FutureTask<List<ProviderHealth>> health;

    private Run(Allocator allocator) {
        this.allocator = allocator;
        this.health = new FutureTask<>(allocator::health);
        Progress.follow(allocator);
    }

    /**
     * That of a configuration. It lasts as long as JUnit's launcher session, which is one JVM's, and not as long as the root
     * context: Surefire with several forks gives JUnit one class after the other, each with a root of its own.
     */
    static Run of(Settings settings, ExtensionContext context) {
        Optional<Path> file = Optional.of(settings.config())
                .filter(config -> !config.isEmpty())
                .map(config -> Path.of(config).toAbsolutePath().normalize());
        return context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .getOrComputeIfAbsent(
                        file.map(Path::toString).orElse(""), key -> new Run(open(settings, file)), Run.class);
    }

    private static Allocator open(Settings settings, Optional<Path> file) {
        AllocatorOptions.Builder options = AllocatorOptions.builder();
        file.ifPresent(path -> {
            if (!Files.isRegularFile(path)) {
                throw new ExtensionConfigurationException("@Machines(config = \"" + settings.config() + "\") on "
                        + Settings.nameOf(settings.testClass()) + ": there is no file " + path);
            }
            options.configFile(path);
        });
        return Allocator.open(options.build());
    }

    Allocator allocator() {
        return allocator;
    }

    /** What the providers say, asked once. */
    List<ProviderHealth> health() {
        return Aside.call("asking the providers", () -> {
            health.run();
            return health.get();
        });
    }

    Optional<Profile> profile(String name) {
        return allocator.profiles().stream()
                .filter(profile -> profile.name().equals(name))
                .findFirst();
    }

    /** The machine of scope RUN that a declaration means, which whoever asks first begins to make. */
    CompletableFuture<Held> machine(Declaration declaration) {
        Shared shared = machines.computeIfAbsent(declaration.key(), key -> {
            Optional<String> network = declaration.network().map(this::network);
            return new Shared(
                    declaration,
                    allocator
                            .allocateAsync(declaration.request("this run", network))
                            .thenApply(lease -> new Held(declaration, this, lease, network)));
        });
        shared.declaration().requireAgreement(declaration);
        return shared.machine();
    }

    /** What a network of machines of scope RUN is called outside. */
    String network(String name) {
        return networks.computeIfAbsent(name, Run::privateNetwork);
    }

    /** A name for a network that nobody else has. */
    static String privateNetwork(String name) {
        return name + "." + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Whether the machine of a lease is to be kept when its scope ends: as the allocator decides for failed allocations. */
    boolean keeps(Lease lease, boolean failed) {
        String wish = System.getenv("ALLOCATOR_KEEP");
        Keep keep = wish == null || wish.isBlank()
                ? profile(lease.info().profile()).flatMap(Profile::keep).orElse(Keep.NEVER)
                : Keep.valueOf(wish.toUpperCase(Locale.ROOT)); // else nothing would have been allocated
        return keep == Keep.ALWAYS || (keep == Keep.FAILED && failed);
    }

    /** Ends all machines, but those that are kept. */
    @Override
    public void close() {
        try {
            MachineSet.end(machines.values().stream()
                    .map(Shared::machine)
                    .filter(machine -> machine.isDone() && !machine.isCompletedExceptionally())
                    .map(CompletableFuture::join)
                    .toList());
        } finally {
            allocator.close();
        }
    }
}
