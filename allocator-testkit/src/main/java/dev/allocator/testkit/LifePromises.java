package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.AllocatorException;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Located;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.ProviderException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a machine promises while it lives, and a provider about its own life. */
abstract class LifePromises extends FindPromises {

    /** A provider waits that long for a guest's sign of life before it gives up waiting. */
    private static final Duration AWAKE = Duration.ofSeconds(90);

    /** {@code Machine.death}: completes with one clear sentence when the machine dies by itself. */
    @Test
    protected void aDeathIsTold() throws Exception {
        MachinePlan plan = plan();
        Machine machine = create(plan);
        if (!kill(machine)) {
            throw notChecked("the contract's kill() is not overridden");
        }
        String sentence = machine.death().toCompletableFuture().get(soon().toSeconds(), TimeUnit.SECONDS);
        assertSentence(sentence, SpiSentence.DEATH, "what the death signal says");
        assertThat(bench.provider().check(plan.ref()).state())
                .as(SpiSentence.DEATH.broken("check() of a machine that died"))
                .isNotEqualTo(State.RUNNING);
        destroyCompletely(bench, plan.ref());
    }

    /** {@code Machine.awake}: completes at last, also if no guest ever shows itself, and never exceptionally. */
    @Test
    protected void awakeCompletes() throws Exception {
        Machine machine = create(plan());
        machine.awake().toCompletableFuture().get(AWAKE.toSeconds(), TimeUnit.SECONDS);
        assertThat(machine.awake().toCompletableFuture().isCompletedExceptionally())
                .as(SpiSentence.AWAKE.broken("awake completed exceptionally"))
                .isFalse();
        destroyCompletely(bench, machine.ref());
    }

    /** {@code Machine.located}: of a machine that lives it completes at last, and never exceptionally. */
    @Test
    protected void theAddressIsToldAtLast() throws Exception {
        Profile profile = loginProfile().or(this::execProfile).orElseGet(this::profile);
        ProviderBench guests =
                open(describe(profile, settings()).realm(bench.context().realm()));
        Machine machine = create(guests, plan(guests));
        CompletionStage<Located> located = machine.located()
                .orElseThrow(() -> notChecked("the provider knows addresses when create returns, or never"));
        try {
            Located where = located.toCompletableFuture().get(guestLimit().toSeconds(), TimeUnit.SECONDS);
            assertThat(where.address().port())
                    .as(SpiSentence.LOCATED.broken("the port of its SSH server"))
                    .isPositive();
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(SpiSentence.LOCATED.broken("a machine that runs did not tell its address"), e);
        } finally {
            guests.destroy(machine.ref());
        }
        awaitNothingLeft(guests, machine.ref(), SpiSentence.DESTROY);
    }

    /** {@code Provider.saveLogs}: also twice; of a machine that is gone with a clear sentence at worst. */
    @Test
    protected void logsAreSavedAsOftenAsAskedFor() throws Exception {
        MachinePlan plan = plan();
        Machine machine = create(plan);
        Path folder = bench.context().directoryPath(plan.ref().machine());
        for (int i = 0; i < 2; i++) {
            try {
                bench.provider().saveLogs(machine.ref());
            } catch (ProviderException | RuntimeException e) {
                throw new AssertionError(
                        SpiSentence.SAVE_LOGS.broken("saveLogs failed, and nobody disturbed it: " + e), e);
            }
        }
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
                for (Path log : logs) {
                    assertThat(Canaries.othersMayRead(bench.stateDirectory(), log))
                            .as(SpiSentence.SAVE_LOGS.broken("other users can read " + log.getFileName()))
                            .isFalse();
                }
            }
        }
        destroyCompletely(bench, plan.ref());
        try {
            bench.provider().saveLogs(machine.ref());
        } catch (ProviderException | RuntimeException e) {
            assertClear(e);
        }
    }

    /** {@code Capability.CONSOLE}: a file that is there, which others cannot read. */
    @Test
    protected void theConsoleIsAFile() throws Exception {
        requireCapability(Capability.CONSOLE);
        Machine machine = create(plan());
        Path console = machine.console().orElseThrow();
        Eventually.within(
                soon(),
                () -> assertThat(console)
                        .as(SpiSentence.CONSOLE.broken("the console's file does not exist"))
                        .isReadable());
        assertThat(Canaries.othersMayRead(bench.stateDirectory(), console))
                .as(SpiSentence.CONSOLE.broken("other users can read the console"))
                .isFalse();
        destroyCompletely(bench, machine.ref());
    }

    /**
     * The engine allocates, and logs in if {@link #loginProfile()} is there: with the key that it planted, to the host
     * key that it planted, if {@link Capability#BOOTSTRAP} is declared; as the machine says, if {@link Capability#LOGIN}
     * is; after commands in the machine, if {@link Capability#EXEC} is and they work first. Closing leaves nothing.
     */
    @Test
    protected void theEngineCanUseIt() throws Exception {
        Profile profile = loginProfile().orElseGet(this::profile);
        if (loginProfile().isPresent() && can(Capability.BOOTSTRAP) && !can(Capability.EXEC)) {
            assertThat(profile.login())
                    .as(SpiSentence.BOOTSTRAP.broken("BOOTSTRAP is declared: loginProfile() must not name a login"))
                    .isEmpty();
        }
        ProviderBench on = open(describe(profile, settings()));
        Path state;
        try (Allocator allocator = Allocator.open(on.allocatorOptions().build());
                Lease lease = allocate(allocator, profile)) {
            state = allocator.stateDirectory().orElseThrow();
            if (loginProfile().isPresent()) {
                assertThat(lease.exec("echo", "hello").orThrow().stdout())
                        .as(SpiSentence.BOOTSTRAP.broken("a command on the machine"))
                        .isEqualTo("hello\n");
            }
        }
        try (Stream<Path> left = Files.walk(state.resolve("machines"))) {
            assertThat(left.filter(file -> !Files.isDirectory(file)))
                    .as(SpiSentence.DESTROY.broken("files are left"))
                    .isEmpty();
        }
        if (loginProfile().isEmpty()) {
            throw notChecked("log-in: the contract's loginProfile() is not overridden");
        }
    }

    private static Lease allocate(Allocator allocator, Profile profile) {
        try {
            return allocator.allocate(profile.name());
        } catch (AllocatorException e) {
            throw new AssertionError(
                    SpiSentence.BOOTSTRAP.broken(
                            "the engine got no machine of profile '" + profile.name() + "': " + e.getMessage()),
                    e);
        }
    }

    /** {@code Provider.diagnose}: sentences, and never an exception. */
    @Test
    protected void theDiagnosisIsSentences() {
        for (Diagnosis diagnosis : bench.provider().diagnose()) {
            assertSentence(diagnosis.message(), SpiSentence.DIAGNOSIS, "a diagnosis");
        }
        assertThat(bench.provider().diagnose())
                .as(SpiSentence.DIAGNOSE.broken("where machines can be made there is no error"))
                .noneMatch(diagnosis -> diagnosis.severity() == Diagnosis.Severity.ERROR);
    }

    /** {@code Provider.close}: machines live on; closing again is harmless. */
    @Test
    protected void closingLeavesMachines() throws Exception {
        ProviderBench first = another();
        MachinePlan plan = plan(first);
        create(first, plan);
        first.provider().close();
        first.provider().close();
        assertThat(bench.provider().check(plan.ref()).state())
                .as(SpiSentence.CLOSE.broken("closing the provider hit its machine"))
                .isEqualTo(State.RUNNING);
        destroyCompletely(bench, plan.ref());
    }

    /** {@code Provider.close}: lets go of threads; while it is open they are daemons, which keep no JVM alive. */
    @Test
    protected void threadsEndWithTheProvider() throws Exception {
        ThreadWatch watch = new ThreadWatch();
        ProviderBench closing = watch.call(() -> {
            ProviderBench first = another();
            MachinePlan plan = plan(first);
            create(first, plan);
            assertThat(watch.threads())
                    .as(SpiSentence.CLOSE.broken("the provider has threads that are no daemons"))
                    .allMatch(Thread::isDaemon);
            first.destroy(plan.ref());
            return first;
        });
        closing.provider().close();
        Eventually.within(
                soon(),
                () -> assertThat(watch.threads())
                        .as(SpiSentence.CLOSE.broken("threads of the provider are left after it was closed"))
                        .isEmpty());
    }
}
