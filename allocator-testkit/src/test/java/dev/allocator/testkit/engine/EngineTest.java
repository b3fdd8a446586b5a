package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.CleanupReport;
import dev.allocator.Credentials;
import dev.allocator.LeaseInfo;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.core.store.FileStoreFactory;
import dev.allocator.spi.Store;
import dev.allocator.testkit.InProcessHost;
import dev.allocator.testkit.InProcessProviderFactory;
import dev.allocator.testkit.reaper.Aftermath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Allocators that share one state directory and one host of in-process machines. */
@Timeout(120)
abstract class EngineTest {

    static final Credentials LOGIN = Credentials.password("tester", Secret.of("image password"));
    static final Duration SOON = Duration.ofSeconds(30);

    /** Shared by all tests, so that what they have in common is found out once. */
    private static final String CACHE =
            Path.of("target", "cache").toAbsolutePath().toString();

    @TempDir
    Path folder;

    final InProcessHost host = new InProcessHost();
    final AtomicReference<Instant> now = new AtomicReference<>();
    private final List<Allocator> open = new ArrayList<>();

    /** The system's time, until a test sets {@link #now}. */
    final InstantSource clock = () -> now.get() == null ? Instant.now() : now.get();

    Path state() {
        return folder.resolve("state");
    }

    AllocatorOptions.Builder options(Profile... profiles) {
        AllocatorOptions.Builder options = AllocatorOptions.builder()
                .configSearch(false)
                .workingDirectory(folder)
                .stateDirectory(state())
                .environment(Map.of("HOME", folder.toString(), "XDG_CACHE_HOME", CACHE))
                .clock(clock)
                .plugin(new InProcessProviderFactory(host));
        for (Profile profile : profiles) {
            options.profile(profile);
        }
        return options;
    }

    Allocator open(AllocatorOptions.Builder options) {
        Allocator allocator = Allocator.open(options.build());
        open.add(allocator);
        return allocator;
    }

    Allocator open(Profile... profiles) {
        return open(options(profiles));
    }

    @AfterEach
    void closeAll() {
        Thread.interrupted();
        host.machines().forEach(machine -> machine.repair());
        open.forEach(Allocator::close);
        host.close();
        Aftermath.end(folder);
    }

    /** A profile with a known log-in. */
    static Profile.Builder demo() {
        return Profile.named("demo", "in-process").login(LOGIN);
    }

    static Profile fault(String fault) {
        return demo().setting("fault", fault).build();
    }

    /** A profile whose machine stays in that phase for a minute. */
    static Profile stuckIn(Phase phase) {
        return switch (phase) {
            case CREATE -> demo().setting("create-takes", "60s").build();
            case REACH -> demo().setting("ready-after", "60s").build();
            case SETUP -> demo().setup("sleep 60").build();
            case READY ->
                demo().readiness(dev.allocator.Readiness.command("sleep 60")).build();
            default -> demo().build();
        };
    }

    static List<Phase> phases() {
        return List.of(Phase.values());
    }

    /** A store on the state directory, as another process would open it. */
    Store store() {
        try (Allocator settings = Allocator.open(options().build())) {
            assertThat(settings.stateDirectory()).contains(state());
        }
        return new FileStoreFactory().open(new NoSettings(), state());
    }

    List<Path> files(String below) {
        Path start = state().resolve(below);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(start)) {
            return found.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            return List.of(start); // it changes at the moment
        }
    }

    /** Neither machines nor records, secrets and folders. */
    void assertNothingLeft() {
        assertThat(host.machines()).isEmpty();
        assertThat(files("records")).isEmpty();
        assertThat(files("blobs")).isEmpty();
        assertThat(files("machines")).isEmpty();
    }

    void awaitNothingLeft() {
        await().atMost(SOON).untilAsserted(this::assertNothingLeft);
    }

    /** What was found, without the processes that tests of other builds on this host use as machines. */
    static List<CleanupReport.Entry> entries(CleanupReport report) {
        return report.entries().stream()
                .filter(entry -> !entry.subject().contains("(process "))
                .toList();
    }

    static LeaseInfo onlyLease(Allocator allocator) {
        return assertThat(allocator.leases()).singleElement().actual();
    }

    static long engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("allocator-")
                        && !thread.getName().startsWith("allocator-testkit"))
                .count();
    }
}
