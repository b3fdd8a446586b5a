package dev.allocator.script.adhoc;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.script.ScriptProviderFactory;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Claim;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderException;
import dev.allocator.testkit.ProviderBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One machine of a pair of scripts. They run in the folder {@code scripts}; what {@code discard} appends to {@code
 * discarded} there is what was discarded.
 */
final class AdhocStage implements AutoCloseable {

    static final String PASSWORD = "it's a \"pass\\word\" für $HOME & 100%";
    static final String DISCARD = "echo \"$SPREAD_SYSTEM_ADDRESS\" >> discarded";

    final Path scripts;
    final ProviderBench bench;
    final MachinePlan plan;
    final List<String> progress = new CopyOnWriteArrayList<>();
    Duration limit = Duration.ofSeconds(60);

    AdhocStage(Path folder, Map<String, Object> settings, Profile profile) throws IOException, ProviderException {
        scripts = Files.createDirectories(folder.resolve("scripts"));
        Map<String, Object> all = new LinkedHashMap<>(
                Map.of("contract", "adhoc", "discard", DISCARD, "directory", scripts.toString(), "retry-delay", "1s"));
        all.putAll(settings);
        bench = ProviderBench.of(new ScriptProviderFactory(), profile, folder)
                .settings(all)
                .environment("KEPT", "from outside")
                .open();
        plan = bench.provider().plan(bench.spec());
    }

    static AdhocStage of(Path folder, String allocate) throws IOException, ProviderException {
        return of(folder, allocate, Map.of());
    }

    static AdhocStage of(Path folder, String allocate, Map<String, Object> settings)
            throws IOException, ProviderException {
        Map<String, Object> all = new LinkedHashMap<>(settings);
        all.put("allocate", allocate);
        return new AdhocStage(folder, all, profile().build());
    }

    static Profile.Builder profile() {
        return Profile.named("ubuntu-24.04", "adhoc-test")
                .login(Credentials.password("ubuntu", Secret.of(PASSWORD)))
                .readiness(Readiness.none());
    }

    MachineId machine() {
        return plan.ref().machine();
    }

    Machine create() throws ProviderException, InterruptedException {
        return bench.provider().create(plan, new Creation(Deadline.in(limit)));
    }

    /** What creating says went wrong. */
    ProviderException failure() throws InterruptedException {
        @Nullable Machine made;
        try {
            made = create();
        } catch (ProviderException e) {
            return e;
        }
        throw new AssertionError("made " + made);
    }

    void destroy() throws ProviderException {
        bench.destroy(plan.ref());
    }

    Path folder() {
        return bench.context().directoryPath(machine());
    }

    String log() throws IOException {
        return Files.readString(folder().resolve("allocate.log"));
    }

    List<String> discarded() throws IOException {
        Path file = scripts.resolve("discarded");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** What is still alive of the machine. */
    List<String> processes() throws IOException {
        return bench.context().processes().tagged().stream()
                .filter(process -> process.machine().equals(machine()))
                .map(process -> process.process().pid() + " " + process.command())
                .toList();
    }

    @Override
    public void close() throws ProviderException {
        try {
            bench.destroy(plan.ref());
        } finally {
            bench.close();
        }
    }

    /** Remembers what it is told. */
    private final class Creation implements CreateContext {
        private final Deadline deadline;

        Creation(Deadline deadline) {
            this.deadline = deadline;
        }

        @Override
        public Deadline deadline() {
            return deadline;
        }

        @Override
        public Optional<Bootstrap> bootstrap() {
            return Optional.empty();
        }

        @Override
        public Optional<Claim> claim() {
            return Optional.empty();
        }

        @Override
        public void record(MachineRef ref) {
            throw new IllegalStateException("adhoc records nothing midway");
        }

        @Override
        public void progress(String message) {
            progress.add(message);
        }

        @Override
        public boolean usedRecently(HostAndPort address) {
            return false;
        }
    }
}
