package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.Lease;
import dev.allocator.MachineAccessException;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.ProvisioningException;
import dev.allocator.Readiness;
import dev.allocator.ReadinessTimeoutException;
import dev.allocator.Secret;
import dev.allocator.event.PhaseStarted;
import dev.allocator.event.Progress;
import dev.allocator.testkit.InProcessMachine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Machines whose address comes late and in which their provider can run commands. */
class WayInTest extends EngineTest {

    private static final Credentials USER = Credentials.password("someone", Secret.of("it's $(secret)"));
    private static final Command ROOT = Command.of("echo", "root").asRoot();

    /** No log-in is known, and nothing is planted. */
    private static Profile.Builder bare() {
        return Profile.named("demo", "in-process").setting("fault", "plants-nothing");
    }

    /** Commands work at once, and the address comes a little later. */
    private static Profile.Builder inside() {
        return bare().setting("commands-after", "0s").setting("located-after", "300ms");
    }

    private static AllocationRequest request(Duration timeout) {
        return AllocationRequest.forProfile("demo")
                .credentials(USER)
                .timeout(timeout)
                .build();
    }

    private static AllocationRequest request() {
        return request(Duration.ofMinutes(1));
    }

    private InProcessMachine machine() {
        return assertThat(host.machines()).singleElement().actual();
    }

    @Test
    void commandsPrepareAMachineThatNobodyCanLogInTo() {
        Allocator allocator = open(inside().setup("echo from inside").build());
        List<String> told = new CopyOnWriteArrayList<>();
        allocator.on(Progress.class, progress -> told.add(progress.message()));
        Lease lease = allocator.allocate(request());
        assertThat(lease.exec("echo", "hello").orThrow().stdout()).isEqualTo("hello\n");
        assertThat(lease.endpoint().orElseThrow().credentials()).isEqualTo(USER);
        assertThat(lease.endpoint().orElseThrow().hostKeys()).hasSize(1);
        assertThat(lease.attributes()).containsEntry("ipv4", "127.0.0.1").containsEntry("accel", "none");
        assertThat(lease.info().address()).contains(machine().address());
        assertThat(machine().hostName()).startsWith("demo-");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(told)
                        .contains(
                                "running commands through provider 'in-process'",
                                "waiting for cloud-init, if there is one",
                                "waiting for an address"));
        assertThat(told.toString()).doesNotContain(USER.password().orElseThrow().reveal());
    }

    @Test
    void rootsCommandsGoOnThroughTheProviderInAnyProcess() {
        Allocator allocator = open(inside().build());
        Allocator other = open(inside().build());
        Lease lease = allocator.allocate(request());
        Lease same = other.lease(lease.id()).orElseThrow();
        for (Lease each : List.of(lease, same)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            each.exec(Command.of("cat").stdin("input").stdout(out).asRoot()).orThrow();
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("input");
        }
        machine().breakCommands("the daemon is away");
        for (Lease each : List.of(lease, same)) {
            assertThatThrownBy(() -> each.exec(ROOT))
                    .isInstanceOf(MachineAccessException.class)
                    .hasMessageContaining("cannot run 'echo'")
                    .hasMessageContaining("the daemon is away");
            assertThat(each.exec("echo", "user").orThrow().stdout()).isEqualTo("user\n");
        }
    }

    @Test
    void withoutARequestTheUserIsRootWithAKey() {
        Allocator allocator = open(inside().build());
        Lease lease = allocator.allocate("demo");
        assertThat(lease.endpoint().orElseThrow().user()).isEqualTo("root");
        assertThat(lease.exec("echo", "hello").orThrow().stdout()).isEqualTo("hello\n");
    }

    @Test
    void aLogInOfTheProfileIsLeftAsItIs() {
        Allocator allocator = open(inside().login(LOGIN).build());
        Lease lease = allocator.allocate("demo");
        assertThat(lease.endpoint().orElseThrow().credentials()).isEqualTo(LOGIN);
        assertThat(machine().hostName()).isEmpty();
        assertThat(lease.exec(ROOT).orThrow().stdout()).isEqualTo("root\n");
    }

    @Test
    void refusalsRightAfterAUserWasSetUpAreNotFinal() {
        Allocator allocator = open(inside().setting("refusals", "4").build());
        assertThat(allocator.allocate(request()).exec("echo", "hello").orThrow().stdout())
                .isEqualTo("hello\n");
    }

    @Test
    void aLogInWinsOverCommandsThatNeverWork() {
        Allocator allocator = open(Profile.named("demo", "in-process")
                .setting("commands-after", "1h")
                .setting("located-after", "300ms")
                .build());
        Lease lease = allocator.allocate(request());
        machine().breakCommands("nothing works here");
        assertThat(lease.exec(ROOT).orThrow().stdout()).isEqualTo("root\n");
        assertThat(machine().hostName()).startsWith("demo-");
    }

    @Test
    void anImageMayAcceptWhatIsRequestedAlready() {
        Allocator allocator = open(bare().setting("commands-after", "1h").build());
        allocator.on(PhaseStarted.class, phase -> {
            if (phase.phase() == Phase.REACH) {
                machine().accounts().add(USER);
            }
        });
        Lease lease = allocator.allocate(request());
        assertThat(lease.endpoint().orElseThrow().credentials()).isEqualTo(USER);
        assertThat(lease.endpoint().orElseThrow().hostKeys()).hasSize(1);
        assertThat(lease.exec(ROOT).orThrow().stdout()).isEqualTo("root\n");
        assertThat(machine().hostName()).as("nothing was to be set up").isEmpty();
    }

    @Test
    void commandsEndAWaitForALogIn() {
        Allocator allocator = open(bare().setting("commands-after", "1s").build());
        Lease lease = allocator.allocate(request());
        assertThat(lease.exec("echo", "hello").orThrow().stdout()).isEqualTo("hello\n");
        machine().breakCommands("the daemon is away");
        assertThatThrownBy(() -> lease.exec(ROOT)).hasMessageContaining("the daemon is away");
    }

    @Test
    void anAddressMayComeLateWithoutCommandsToo() {
        Allocator allocator = open(demo().setting("located-after", "500ms").build());
        Lease lease = allocator.allocate("demo");
        assertThat(lease.exec("echo", "hello").orThrow().stdout()).isEqualTo("hello\n");
        assertThat(lease.attributes()).containsEntry("ipv4", "127.0.0.1");
    }

    @Test
    void aBannerIsWaitedForAtALateAddress() {
        Allocator allocator = open(demo().setting("located-after", "500ms")
                .readiness(Readiness.banner())
                .build());
        assertThat(allocator.allocate("demo").info().address())
                .contains(machine().address());
    }

    @Test
    void aBannerAfterSetupByCommands() {
        Allocator allocator = open(
                inside().setup("echo prepared").readiness(Readiness.banner()).build());
        Lease lease = allocator.allocate("demo");
        assertThat(lease.info().address()).contains(machine().address());
        assertThat(lease.exec("echo", "hello").orThrow().stdout()).isEqualTo("hello\n");
    }

    @Test
    void withoutReadinessNoAddressIsWaitedFor() {
        Profile.Builder never = bare().setting("located-after", "1h").readiness(Readiness.none());
        assertThat(open(never.build()).allocate("demo").info().address()).isEmpty();
        Profile.Builder known = bare().setting("located-after", "0s").readiness(Readiness.none());
        Lease lease = open(options(known.build()).stateDirectory(folder.resolve("other")))
                .allocate("demo");
        assertThat(lease.info().address()).isPresent();
    }

    @Test
    void whoHasNoAddressCanStillBeSetUpAndCommanded() {
        Profile profile = bare().setting("commands-after", "0s")
                .setting("located-after", "1h")
                .readiness(Readiness.none())
                .setup("echo prepared")
                .build();
        Lease lease = open(profile).allocate("demo");
        Lease same = open(profile).lease(lease.id()).orElseThrow();
        for (Lease each : List.of(lease, same)) {
            assertThat(each.endpoint()).isEmpty();
            assertThat(each.exec(ROOT).orThrow().stdout()).isEqualTo("root\n");
            assertThatThrownBy(() -> each.exec("echo", "user"))
                    .isInstanceOf(MachineAccessException.class)
                    .hasMessageContaining("no SSH log-in");
        }
    }

    @Test
    void theDeadlineSaysThatNoAddressCame() {
        assertThatThrownBy(() ->
                        open(demo().setting("located-after", "1h").build()).allocate(request(Duration.ofSeconds(5))))
                .isInstanceOf(ReadinessTimeoutException.class)
                .hasMessageContaining("the machine got no address within 5s");
        assertThatThrownBy(() -> open(bare().setting("located-after", "1h")
                                .setting("commands-after", "1h")
                                .build())
                        .allocate(request(Duration.ofSeconds(5))))
                .isInstanceOf(ReadinessTimeoutException.class)
                .hasMessageContaining("the machine got no address, and no command could be run in it, within 5s");
        assertThatThrownBy(() ->
                        open(inside().setting("located-after", "1h").build()).allocate(request(Duration.ofSeconds(6))))
                .isInstanceOf(ReadinessTimeoutException.class)
                .hasMessageContaining("the machine got no address within 6s");
        assertNothingLeft();
    }

    @Test
    void aMachineThatDiesHasNoAddressToWaitFor() {
        Allocator allocator = open(Profile.named("demo", "in-process")
                .setting("fault", "dies")
                .setting("dies-after", "300ms")
                .setting("located-after", "1h")
                .build());
        assertThatThrownBy(() -> allocator.allocate(request()))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("died");
        assertNothingLeft();
    }

    @Test
    void aFailedStepShowsItsNameStatusAndLastLine() throws Exception {
        Allocator allocator =
                open(inside().setup("echo before; echo the reason >&2; exit 7").build());
        assertThatThrownBy(() -> allocator.allocate(request()))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("setup step 'step 1' failed with status 7: the reason")
                .satisfies(e -> {
                    Path evidence =
                            ((AllocationException) e).failure().evidence().orElseThrow();
                    assertThat(evidence.resolve("setup.log")).hasContent("before\nthe reason");
                    assertThat(evidence.resolve("machine.log")).hasContent("all that an in-process machine says");
                });
        assertNothingLeft();
    }

    @Test
    void aStepThatTakesTooLongIsTerminated() {
        Allocator allocator = open(inside().setup("echo begun; sleep 60").build());
        assertThatThrownBy(() -> allocator.allocate(request(Duration.ofSeconds(7))))
                .isInstanceOf(ReadinessTimeoutException.class)
                .hasMessageContaining("setup step 'step 1' did not end within 7s and was terminated");
        assertNothingLeft();
    }

    @Test
    void aProviderThatGoesAwayInAStepIsNamedWithIt() throws Exception {
        Path begun = folder.resolve("begun");
        Allocator allocator =
                open(inside().setup("touch " + begun + "; sleep 60").build());
        CompletableFuture<Lease> allocation = allocator.allocateAsync(request());
        await().atMost(SOON).until(() -> Files.exists(begun));
        machine().breakCommands("the daemon is away");
        assertThatThrownBy(allocation::join)
                .cause()
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("setup step 'step 1' was cut off")
                .hasMessageContaining("the daemon is away")
                .satisfies(
                        e -> assertThat(((AllocationException) e).isRetryable()).isTrue());
        assertNothingLeft();
    }

    @Test
    void cancellingEndsACommandAndDestroysTheMachine() throws Exception {
        Path begun = folder.resolve("begun");
        Allocator allocator =
                open(inside().setup("echo $$ >" + begun + "; exec sleep 61").build());
        CompletableFuture<Lease> allocation = allocator.allocateAsync(request());
        await().atMost(SOON)
                .until(() -> Files.exists(begun) && !Files.readString(begun).isBlank());
        long process = Long.parseLong(Files.readString(begun).strip());
        allocation.cancel(true);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(this::assertNothingLeft);
        await().atMost(SOON).until(() -> ProcessHandle.of(process).isEmpty());
    }
}
