package dev.allocator.script.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.Profile;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import dev.allocator.testkit.ProviderBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCleanupTest {

    private static final Profile PROFILE = Lab.profile().build();
    private static final String PASSWORD = "it's s3cret";

    @TempDir
    Path folder;

    private Lab lab;
    private ProviderBench bench;

    @BeforeEach
    void oneHost() {
        lab = new Lab(folder).host("one", "address", "127.0.0.1:9", "user", "me", "password", PASSWORD);
    }

    @AfterEach
    void close() {
        if (bench != null) {
            bench.close();
        }
    }

    private ProviderBench open(String cleanup) throws Exception {
        Files.writeString(folder.resolve("cleanup"), cleanup);
        bench = lab.setting("cleanup", cleanup).open(PROFILE);
        return bench;
    }

    private MachinePlan take() throws Exception {
        MachinePlan plan = bench.provider().plan(bench.spec());
        bench.provider().create(plan, TestCreation.at("one", 0));
        return plan;
    }

    @Test
    void aMachineSaysWhichHostItIs() throws Exception {
        open("true");
        MachinePlan plan = bench.provider().plan(bench.spec());
        TestCreation creation = TestCreation.at("one", 0);

        Machine machine = bench.provider().create(plan, creation);

        assertThat(machine.address()).hasToString("Optional[127.0.0.1:9]");
        assertThat(machine.login().orElseThrow().password().orElseThrow().reveal())
                .isEqualTo(PASSWORD);
        assertThat(machine.attributes()).isEqualTo(Map.of("host", "one", "slot", "0"));
        assertThat(creation.lines()).containsExactly("took host 'one' at 127.0.0.1:9");
    }

    @Test
    void theCommandIsToldAllAndNothingSecretIsSeen() throws Exception {
        open("cat >request; env >environment; cat /proc/$$/cmdline >arguments; set -x; : \"$ALLOCATOR_HOST_PASSWORD\"");
        MachinePlan plan = take();
        bench.provider().destroy(plan.ref());

        JsonNode request = new ObjectMapper().readTree(folder.resolve("request").toFile());
        assertThat(request.get("action").asText()).isEqualTo("destroy");
        assertThat(request.get("machine").asText())
                .isEqualTo(plan.ref().machine().value());
        assertThat(request.get("realm").asText())
                .isEqualTo(bench.context().realm().value());
        assertThat(request.get("provider").asText()).isEqualTo("lab");
        assertThat(request.get("endpoint").asText()).isEqualTo("127.0.0.1:9");
        assertThat(request.at("/attributes/host").asText()).isEqualTo("one");
        assertThat(request.at("/credentials/user").asText()).isEqualTo("me");
        assertThat(request.at("/credentials/password").asText()).isEqualTo(PASSWORD);
        assertThat(request.get("credentials")).hasSize(2);
        assertThat(Files.readAllLines(folder.resolve("environment")))
                .contains(
                        "ALLOCATOR_HOST_NAME=one",
                        "ALLOCATOR_HOST_ADDRESS=127.0.0.1:9",
                        "ALLOCATOR_HOST_USER=me",
                        "ALLOCATOR_HOST_PASSWORD=" + PASSWORD,
                        "ALLOCATOR_MACHINE=" + plan.ref().machine());
        assertThat(Files.readString(folder.resolve("arguments"))).doesNotContain("s3cret");
        Path log = bench.context().log(plan.ref().machine(), "cleanup.log");
        assertThat(log).content().contains("+ : ***").doesNotContain("s3cret");
        assertThat(bench.provider().check(plan.ref()).state()).isEqualTo(State.GONE);
        assertThat(bench.provider().plan(bench.spec()).places()).hasSize(1);
    }

    @Test
    void aKeyIsAFileThatSshTakes() throws Exception {
        lab.bareHost("one", "address", "127.0.0.1:9", "key", "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n\n");
        open("stat -c %a \"$ALLOCATOR_HOST_KEY_FILE\" >mode; cat \"$ALLOCATOR_HOST_KEY_FILE\" >key");
        bench.provider().destroy(take().ref());

        assertThat(folder.resolve("mode")).content().isEqualTo("600\n");
        assertThat(folder.resolve("key")).content().isEqualTo("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n");
    }

    @Test
    void aFailureTakesTheHostOutUntilSomebodyPutsItBack() throws Exception {
        open("echo \"cannot reach disk $ALLOCATOR_HOST_PASSWORD\"; exit 3");
        MachinePlan stale = bench.provider().plan(bench.spec());
        bench.destroy(take().ref());

        String reason =
                "'one' is out of service (cleanup failed with status 3; the last it printed: cannot reach disk ***"
                        + "); put it back with: rm ";
        assertNobodyGetsIt(stale, reason);
        assertThat(bench.provider().diagnose())
                .extracting(Diagnosis::message)
                .anyMatch(
                        message -> message.startsWith("'one' gets no new users: it is out of service (cleanup failed"));
        Path file = bench.context().directories().resolve("out-of-service/one");
        assertThat(file).content().contains("cannot reach disk ***").doesNotContain("s3cret");

        String message = message(bench);
        String remedy = message.substring(message.lastIndexOf("put it back with: ") + "put it back with: ".length());
        assertThat(new ProcessBuilder("sh", "-c", remedy).start().waitFor()).isZero();
        assertThat(bench.provider().plan(bench.spec()).places()).hasSize(1);
        bench.provider().create(stale, TestCreation.at("one", 0));
    }

    @Test
    void whatHangsIsStoppedAndTakesTheHostOut() throws Exception {
        lab.setting("kill-timeout", "1s");
        open("trap '' TERM; echo $$ >pid; sleep 1000 & echo still here; wait; wait");
        MachinePlan stale = bench.provider().plan(bench.spec());
        bench.destroy(take().ref());

        assertNobodyGetsIt(stale, "'one' is out of service (cleanup was stopped as it had not ended after ");
        long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void whatIsKilledTakesTheHostOut() throws Exception {
        open("kill -9 $$");
        MachinePlan stale = bench.provider().plan(bench.spec());
        bench.destroy(take().ref());
        assertNobodyGetsIt(stale, "'one' is out of service (cleanup failed with status 137, as after signal 9");
    }

    @Test
    void aMissingCommandIsNamed() throws Exception {
        open("./no-such-script");
        bench.destroy(take().ref());
        assertThat(message(bench)).contains("cleanup failed with status 127").contains("no-such-script");
    }

    @Test
    void aPersonMayTakeAHostOutAndItsUserKeepsIt() throws Exception {
        open("true");
        MachinePlan plan = take();
        Path file = bench.context().directories().resolve("out-of-service/one");
        Files.createDirectories(file.getParent());
        Files.createFile(file);

        assertThat(message(bench)).contains("'one' is out of service (nobody said why)");
        bench.provider().create(plan, TestCreation.at("one", 0));
        bench.provider().destroy(plan.ref());
        assertThat(file).isEmptyFile();
    }

    @Test
    void whoHasADrainedHostKeepsItAndNobodyElseGetsIt() throws Exception {
        open("echo run >>runs");
        MachinePlan stale = bench.provider().plan(bench.spec());
        MachinePlan plan = take();
        lab.host("one", "address", "127.0.0.1:9", "drain", "new fan");
        try (ProviderBench before = bench) {
            open("echo run >>runs");
            assertNobodyGetsIt(stale, "'one' is being drained (new fan)");
            assertThat(bench.provider().create(plan, TestCreation.at("one", 0)).attributes())
                    .containsEntry("host", "one");
            before.provider().destroy(plan.ref());
        }
        assertThat(folder.resolve("runs")).content().isEqualTo("run\n");
    }

    @Test
    void aHostThatDoesNotAnswerIsNotGone() throws Exception {
        open("true");
        MachinePlan plan = take();
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> bench.provider().check(plan.ref()))
                .withMessageContaining("host 'one' at 127.0.0.1:9 does not answer: ");
        bench.provider().destroy(plan.ref());
        assertThat(bench.provider().check(plan.ref()).state()).isEqualTo(State.GONE);
    }

    @Test
    void aHostThatIsNotConfiguredAnyMoreIsStillCleanedUp() throws Exception {
        open("echo $ALLOCATOR_HOST_NAME $ALLOCATOR_HOST_PASSWORD >>runs");
        MachinePlan plan = take();
        bench.close();
        bench = new Lab(folder, bench.context().realm())
                .host("other")
                .setting("cleanup", Files.readString(folder.resolve("cleanup")))
                .open(PROFILE);

        bench.provider().destroy(plan.ref());

        assertThat(folder.resolve("runs")).content().isEqualTo("one " + PASSWORD + "\n");
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> bench.provider().create(plan, TestCreation.at("one", 0)))
                .withMessage("host 'one' is not configured any more");
    }

    @Test
    void whoeverNeverGotTheHostLeavesNothingToCleanUp() throws Exception {
        open("echo run >>runs");
        MachinePlan plan = bench.provider().plan(bench.spec());
        bench.provider().destroy(plan.ref());
        assertThat(folder.resolve("runs")).doesNotExist();
    }

    @Test
    void ofManyWhoTakeItBackAtOnceOneCleansUp() throws Exception {
        for (String end : List.of("true", "exit 1")) {
            Files.deleteIfExists(folder.resolve("runs"));
            open("echo run >>runs; sleep 0.5; " + end);
            try (ProviderBench other = lab.open(PROFILE)) {
                MachinePlan plan = take();
                List<CompletableFuture<?>> all = Stream.of(bench, bench, other, other)
                        .<CompletableFuture<?>>map(by -> CompletableFuture.runAsync(() -> {
                            try {
                                by.provider().destroy(plan.ref());
                            } catch (ProviderException e) {
                                throw new AssertionError(e);
                            }
                        }))
                        .toList();
                for (CompletableFuture<?> one : all) {
                    one.get();
                }
            }
            assertThat(folder.resolve("runs")).content().isEqualTo("run\n");
            assertThat(Files.exists(bench.context().directories().resolve("out-of-service/one")))
                    .isEqualTo(!end.equals("true"));
        }
    }

    /** As the engine does when several notice at once that a lease is over: the folder goes while others look at it. */
    @Test
    void whoComesLateLeavesTheNextUserAlone() throws Exception {
        open("echo run >>runs");
        try (ProviderBench other = lab.open(PROFILE)) {
            for (int machines = 1; machines <= 20; machines++) {
                MachinePlan plan = take();
                CompletableFuture.allOf(Stream.of(bench, other, other)
                                .map(by -> CompletableFuture.runAsync(() -> destroy(by, plan)))
                                .toArray(CompletableFuture[]::new))
                        .get();
                assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(machines);
                assertThat(bench.provider().plan(bench.spec()).places()).hasSize(1);
            }
        }
    }

    private static void destroy(ProviderBench by, MachinePlan plan) {
        try {
            by.destroy(plan.ref());
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInterruptEndsItAndItRunsAgain() throws Exception {
        open("echo run >>runs; [ -e quick ] || exec sleep 1000");
        MachinePlan plan = take();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                bench.provider().destroy(plan.ref());
                interrupted.completeExceptionally(new AssertionError("destroyed"));
            } catch (ProviderException | RuntimeException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        await().until(() -> Files.exists(folder.resolve("runs")));
        thread.interrupt();

        assertThat(interrupted.get()).isTrue();
        assertThat(bench.provider().check(plan.ref()).state()).isEqualTo(State.STOPPED);
        Files.createFile(folder.resolve("quick"));
        bench.provider().destroy(plan.ref());
        assertThat(folder.resolve("runs")).content().isEqualTo("run\nrun\n");
        assertThat(bench.provider().plan(bench.spec()).places()).hasSize(1);
    }

    @Test
    void whoIsKilledAnywhereLeavesOneCleanUpToBeDone() throws Exception {
        for (int delay : new int[] {0, 30, 60, 100, 200, 400}) {
            open("echo begin >>runs; sleep 0.1; echo end >>runs");
            MachinePlan plan = take();
            try (Fork fork = Fork.start(
                    folder,
                    DestroyProgram.class,
                    bench.context().realm().value(),
                    plan.ref().machine().value())) {
                fork.awaitPrinted("ready");
                await().pollDelay(Duration.ofMillis(delay)).until(() -> true);
                fork.kill();
            }
            bench.destroy(plan.ref());
            assertThat(Files.readAllLines(folder.resolve("runs")))
                    .as("killed after %s ms", delay)
                    .containsExactly("begin", "end");
            Files.delete(folder.resolve("runs"));
            assertThat(bench.provider().plan(bench.spec()).places()).hasSize(1);
            bench.close();
        }
    }

    @Test
    void whatHangsIsStoppedAlsoIfWhoStartedItWasKilled() throws Exception {
        lab.setting("kill-timeout", "2s");
        open("echo $$ >>runs; exec sleep 1000");
        MachinePlan plan = take();
        try (Fork fork = Fork.start(
                folder,
                DestroyProgram.class,
                bench.context().realm().value(),
                plan.ref().machine().value())) {
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(folder.resolve("runs")));
            fork.kill();
        }
        bench.provider().destroy(plan.ref());

        assertThat(message(bench)).contains("cleanup was stopped as it had not ended after 2s");
        List<String> runs = Files.readAllLines(folder.resolve("runs"));
        assertThat(runs).hasSize(1);
        await().until(() -> ProcessHandle.of(Long.parseLong(runs.get(0)))
                .filter(ProcessHandle::isAlive)
                .isEmpty());
    }

    @Test
    void whoIsKilledWhileItRunsLeavesItRunning() throws Exception {
        open("echo run >>runs; until [ -e finish ]; do sleep 0.05; done");
        MachinePlan plan = take();
        try (Fork fork = Fork.start(
                folder,
                DestroyProgram.class,
                bench.context().realm().value(),
                plan.ref().machine().value())) {
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(folder.resolve("runs")));
            fork.kill();
        }
        assertThat(bench.provider().check(plan.ref()).state()).isEqualTo(State.STOPPED);
        CompletableFuture<?> destroyed = CompletableFuture.runAsync(() -> {
            try {
                bench.provider().destroy(plan.ref());
            } catch (ProviderException e) {
                throw new AssertionError(e);
            }
        });
        Files.createFile(folder.resolve("finish"));
        destroyed.get();

        assertThat(folder.resolve("runs")).content().isEqualTo("run\n");
        assertThat(bench.provider().check(plan.ref()).state()).isEqualTo(State.GONE);
        assertThat(bench.provider().plan(bench.spec()).places()).hasSize(1);
    }

    private void assertNobodyGetsIt(MachinePlan stale, String reason) {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> bench.provider().plan(bench.spec()))
                .withMessageContaining(reason)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NO_CAPACITY));
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> bench.provider().create(stale, TestCreation.at("one", 0)))
                .withMessageContaining(reason)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NO_CAPACITY));
    }

    private static String message(ProviderBench bench) {
        try {
            return "no failure: " + bench.provider().plan(bench.spec());
        } catch (ProviderException e) {
            return e.getMessage();
        }
    }
}
