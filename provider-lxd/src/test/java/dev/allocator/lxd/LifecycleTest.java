package dev.allocator.lxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.Command;
import dev.allocator.DataSize;
import dev.allocator.HostKey;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Located;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import dev.allocator.testkit.ProviderBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From plan to end, in a real LXD. */
@Timeout(300)
class LifecycleTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static LxdHost host;

    @TempDir
    Path folder;

    private @Nullable ProviderBench bench;

    @BeforeAll
    static void open() {
        host = LxdHost.require();
    }

    @AfterAll
    static void close() {
        host.close();
    }

    @AfterEach
    void closeBench() {
        if (bench != null) {
            bench.close();
        }
    }

    @Test
    void theInstanceIsWhatWasAskedFor() throws Exception {
        MachinePlan plan = plan(host.container("whole")
                .cpu(1)
                .memory(DataSize.ofMebibytes(256))
                .disk(DataSize.ofGibibytes(3))
                .setting("lxd-network", "lxdbr0")
                .setting("user-data", "#cloud-config\n{}\n")
                .setting("config", Map.of("security.nesting", "true", "limits.processes", "500"))
                .setting("devices", Map.of("nothing", Map.of("type", "none")))
                .build());
        MachineSpec spec = plan.spec();

        Machine machine = bench().provider().create(plan, new TestCreate());

        JsonNode instance = host.outside(spec.id()).orElseThrow();
        assertThat(instance.path("name").asText()).isEqualTo(plan.ref().data().get("instance"));
        assertThat(instance.path("ephemeral").asBoolean()).isTrue();
        Map<String, String> expected = Map.ofEntries(
                Map.entry("limits.cpu", "1"),
                Map.entry("limits.memory", "256MiB"),
                Map.entry("limits.processes", "500"),
                Map.entry("security.nesting", "true"),
                Map.entry("cloud-init.user-data", "#cloud-config\n{}\n"),
                Map.entry("user.allocator.machine", spec.id().value()),
                Map.entry("user.allocator.instance", plan.ref().data().get("instance")),
                Map.entry("security.protection.delete", "false"),
                Map.entry("user.allocator.realm", spec.tags().realm().value()),
                Map.entry(
                        "user.allocator.lease",
                        spec.tags().lease().orElseThrow().value()),
                Map.entry("user.allocator.owner", spec.tags().owner()),
                Map.entry(
                        "user.allocator.expires",
                        spec.tags().expires().orElseThrow().toString()));
        expected.forEach((key, value) ->
                assertThat(instance.path("config").path(key).asText()).as(key).isEqualTo(value));
        assertThat(instance.path("devices").path("root").path("size").asText()).isEqualTo("3GiB");
        assertThat(instance.path("devices").path("root").path("pool").asText()).isNotEmpty();
        assertThat(instance.path("devices").path("eth0").path("network").asText())
                .isEqualTo("lxdbr0");
        assertThat(machine.attributes())
                .containsEntry("instance", plan.ref().data().get("instance"))
                .containsEntry("project", host.project())
                .containsEntry("type", "container")
                .containsKeys("image-fingerprint");
        bench().destroy(plan.ref());
        assertThat(host.instances()).isEmpty();
    }

    @Test
    void whatIsPlantedIsInTheRequest() throws Exception {
        open(plain());
        MachineSpec spec = bench().spec(MachineId.random(), true);
        MachinePlan plan = bench().provider().plan(spec);
        HostKey hostKey = new HostKey("ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIA==");
        Bootstrap bootstrap = new Bootstrap("ssh-ed25519 AAAA key", Secret.of("the private\nkey"), hostKey);

        bench().provider().create(plan, new TestCreate(Optional.of(bootstrap), line -> {}));

        String vendor = host.outside(spec.id())
                .orElseThrow()
                .path("config")
                .path("cloud-init.vendor-data")
                .asText();
        assertThat(vendor)
                .startsWith("#cloud-config\n{")
                .contains("\"ssh_authorized_keys\":[\"ssh-ed25519 AAAA key\"]")
                .contains("\"ed25519_private\":\"the private\\nkey\"")
                .contains(hostKey.toString());
        bench().destroy(plan.ref());
    }

    @Test
    void itIsLocatedRunsCommandsAndShowsItsLogs() throws Exception {
        MachinePlan plan = plan(plain());
        Machine machine = bench().provider().create(plan, new TestCreate());

        assertThat(machine.commands().orElseThrow().toCompletableFuture()).isCompleted();
        assertThat(bench().provider().exec(plan.ref(), Command.of("id", "-u")).stdout())
                .isEqualTo("0\n");
        Located located = machine.located().orElseThrow().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(located.address().port()).isEqualTo(22);
        assertThat(located.attributes()).containsEntry("ipv4", located.address().host());

        bench().provider().saveLogs(plan.ref());
        Path logs = bench().context().directoryPath(plan.ref().machine());
        assertThat(machine.console()).contains(logs.resolve("console.log"));
        assertThat(logs.resolve("console.log")).content().contains("systemd");
        for (Path log : List.of(logs.resolve("console.log"), logs.resolve("lxd-lxc.log"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                    .isEqualTo("rw-------");
        }
        bench().destroy(plan.ref());
        bench().provider().saveLogs(plan.ref()); // of what is gone there is nothing to save
    }

    @Test
    void aRebootIsNoDeathAndAShutdownIs() throws Exception {
        MachinePlan plan = plan(plain());
        Machine machine = bench().provider().create(plan, new TestCreate());
        machine.located().orElseThrow().toCompletableFuture().get(60, TimeUnit.SECONDS);
        run(plan.ref(), "touch /run/before");

        run(plan.ref(), "systemctl --no-block reboot");
        await().atMost(SOON).ignoreExceptions().until(() -> run(plan.ref(), "test ! -e /run/before") == 0);
        assertThat(machine.death().toCompletableFuture()).isNotDone();

        await().atMost(SOON).ignoreExceptions().until(() -> run(plan.ref(), "systemctl --no-block poweroff") == 0);
        assertThat(machine.death().toCompletableFuture().get(60, TimeUnit.SECONDS))
                .startsWith("the instance " + plan.ref().data().get("instance") + " in LXD's project ")
                .endsWith(", and LXD removed it as it is ephemeral");
        assertThat(bench().provider().check(plan.ref()).state()).isEqualTo(State.GONE);
        bench().destroy(plan.ref());
    }

    @Test
    void theLxdThatMadeItIsAskedWhateverIsConfiguredNow() throws Exception {
        MachinePlan plan = plan(plain());
        bench().provider().create(plan, new TestCreate());
        openAt(folder.resolve("another"), plain());

        assertThat(bench().provider().check(plan.ref()).state()).isEqualTo(State.RUNNING);
        assertThat(run(plan.ref(), "true")).isZero();
        bench().destroy(plan.ref());

        assertThat(host.outside(plan.spec().id())).isEmpty();
    }

    @Test
    void whetherItLivesIsUnknownWithoutTheLxdThatMadeIt() throws Exception {
        MachinePlan plan = plan(plain());
        Map<String, String> data = new LinkedHashMap<>(plan.ref().data());
        data.put("socket", folder.resolve("gone").toString());
        MachineRef elsewhere = new MachineRef(plan.ref().provider(), plan.ref().machine(), data);

        // The LXD that is configured has no such instance, but it is not that LXD's.
        assertThat(bench().provider().check(plan.ref()).state()).isEqualTo(State.GONE);
        assertThatThrownBy(() -> bench().provider().check(elsewhere)).hasMessageContaining("gone");
        assertThatThrownBy(() -> bench().provider().destroy(elsewhere))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining(" still exists is unknown: ");
    }

    @Test
    void oldRefsAreOfTheLxdThatIsConfigured() throws Exception {
        MachinePlan plan = plan(plain());
        bench().provider().create(plan, new TestCreate());
        Map<String, String> data = new LinkedHashMap<>(plan.ref().data());
        data.remove("socket");
        MachineRef old = new MachineRef(plan.ref().provider(), plan.ref().machine(), data);

        assertThat(bench().provider().check(old).state()).isEqualTo(State.RUNNING);
        bench().destroy(old);
        assertThat(host.outside(plan.spec().id())).isEmpty();
    }

    @Test
    void aStrangersInstanceOfTheSameNameIsLeftAlone() throws Exception {
        MachinePlan plan = plan(plain());
        String name = plan.ref().data().get("instance");
        host.launchUntagged(name);

        assertThatThrownBy(() -> bench().provider().create(plan, new TestCreate()))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining(
                        "exists, but is not that of machine " + plan.spec().id());
        assertThat(bench().provider().check(plan.ref()).state()).isEqualTo(State.GONE);
        assertThatThrownBy(() -> run(plan.ref(), "touch /by-us"))
                .hasMessage("LXD has no instance of machine " + plan.spec().id());
        bench().provider().saveLogs(plan.ref());
        assertThat(bench().context().directoryPath(plan.ref().machine()).resolve("console.log"))
                .doesNotExist();
        bench().destroy(plan.ref());

        assertThat(host.instances()).contains(name);
        host.delete(name);
    }

    @Test
    void aCopyIsWhoeversCopiedIt() throws Exception {
        MachinePlan plan = plan(plain());
        makeBy(plan);
        String copies = "/1.0/instances?project=" + host.project();
        host.send("POST", copies, """
                {"name": "copy", "type": "container", "profiles": ["default"], "source": {"type": "copy", "source": "%s", "project": "%s"}}""".formatted(plan.ref().data().get("instance"), host.project()));
        assertThat(host.get("/1.0/instances/copy?project=" + host.project())
                        .at("/config/user.allocator.machine")
                        .asText())
                .isEqualTo(plan.spec().id().value());
        MachineRef byTag = new MachineRef(plan.ref().provider(), plan.ref().machine(), Map.of());
        MachineRef byName = new MachineRef(byTag.provider(), byTag.machine(), Map.of("instance", "copy"));

        bench().destroy(byName);
        bench().destroy(byTag);

        assertThat(host.instances()).containsExactly("copy");
        assertThat(bench().provider().check(byName).state()).isEqualTo(State.GONE);
        assertThat(bench().provider().list()).isEmpty();
        host.delete("copy");
    }

    @Test
    void whatLxdsProfilesProtectIsDestroyed() throws Exception {
        String protection = "/1.0/profiles/" + host.project();
        host.send("POST", "/1.0/profiles", """
                {"name": "%s", "config": {"security.protection.delete": "true"}}""".formatted(host.project()));
        try {
            MachinePlan plan = plan(plain().toBuilder()
                    .setting("profiles", List.of("default", host.project()))
                    .build());
            bench().provider().create(plan, new TestCreate());

            bench().destroy(plan.ref());

            assertThat(host.outside(plan.spec().id())).isEmpty();
        } finally {
            host.send("DELETE", protection, null);
        }
    }

    @Test
    void oneThatWasMadeButNotStartedIsStarted() throws Exception {
        MachinePlan plan = plan(plain());
        makeBy(plan);

        bench().provider().create(plan, new TestCreate());

        assertThat(bench().provider().check(plan.ref()).state()).isEqualTo(State.RUNNING);
        bench().destroy(plan.ref());
        assertThat(host.outside(plan.spec().id())).isEmpty();
    }

    @Test
    void aRequestWhoseSenderDiedIsWaitedFor() throws Exception {
        MachinePlan plan = plan(plain());
        Path machine = bench().context().directory(plan.spec().id());
        Files.createFile(machine.resolve("requested"));

        CompletableFuture<Void> destroyed = CompletableFuture.runAsync(() -> destroy(plan.ref()));
        await().atMost(SOON).until(() -> Files.exists(machine.resolve("discarded")));
        makeBy(plan);

        destroyed.get(60, TimeUnit.SECONDS);
        assertThat(host.outside(plan.spec().id())).isEmpty();
    }

    @Test
    void anLxdThatGoesAwayMeanwhileMayComeBack() throws Exception {
        try (LxdProxy proxy = LxdProxy.before(host.socket())) {
            openAt(proxy.socket(), plain());
            MachinePlan plan = bench().provider().plan(bench().spec());
            TestCreate vanishing = new TestCreate(Optional.empty(), line -> vanish(proxy));

            assertThatThrownBy(() -> bench().provider().create(plan, vanishing))
                    .isInstanceOfSatisfying(
                            ProviderException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(ProviderException.Kind.RETRYABLE));
            assertThatThrownBy(() -> bench().provider().create(plan, new TestCreate()))
                    .isInstanceOfSatisfying(
                            ProviderException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(ProviderException.Kind.FINAL));
            proxy.comeBack();
            bench().destroy(plan.ref());
        }
    }

    private static void vanish(LxdProxy proxy) {
        try {
            proxy.vanish();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatWasDiscardedIsNotMadeAgain() throws Exception {
        MachinePlan plan = plan(plain());
        bench().context().directory(plan.spec().id());
        bench().provider().destroy(plan.ref());

        assertThatThrownBy(() -> bench().provider().create(plan, new TestCreate()))
                .hasMessageContaining("was discarded while it was being created");
        assertThat(host.outside(plan.spec().id())).isEmpty();
    }

    @Test
    void whatLxdRefusesIsToldInItsWords() throws Exception {
        refused(
                plain().toBuilder()
                        .setting("config", Map.of("limits.memory", "lots"))
                        .build(),
                "lots");
        refused(plain().toBuilder().setting("config", Map.of("no.such", "x")).build(), "no.such");
        refused(
                plain().toBuilder()
                        .setting("config", Map.of("raw.lxc", "lxc.init.cmd = /no/such/init"))
                        .build(),
                "/no/such/init");
        refused(
                plain().toBuilder().image("mine:debian/12").build(),
                "of image mine:debian/12 at http://127.0.0.1:1/: ");
        await().atMost(SOON).untilAsserted(() -> assertThat(host.instances()).isEmpty());
    }

    private void refused(Profile profile, String words) throws Exception {
        MachinePlan plan = plan(profile);
        assertThatThrownBy(() -> bench().provider().create(plan, new TestCreate()))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining(": cannot ")
                .hasMessageContaining(words);
        bench().destroy(plan.ref());
        assertThat(host.outside(plan.spec().id())).isEmpty();
    }

    private static Profile plain() {
        return host.container("plain").readiness(Readiness.none()).build();
    }

    private ProviderBench bench() {
        if (bench == null) {
            throw new IllegalStateException("nothing was planned");
        }
        return bench;
    }

    private void open(Profile profile) throws ProviderException {
        openAt(host.socket(), profile);
    }

    private void openAt(Path socket, Profile profile) throws ProviderException {
        closeBench();
        bench = ProviderBench.of(new LxdProviderFactory(), profile, folder)
                .settings(Map.of(
                        "socket",
                        socket.toString(),
                        "project",
                        host.project(),
                        "remotes",
                        Map.of("mine", "http://127.0.0.1:1/")))
                .open();
    }

    private MachinePlan plan(Profile profile) throws ProviderException {
        open(profile);
        return bench().provider().plan(bench().spec());
    }

    /** As a creation that was killed before it started what it had made. */
    private static void makeBy(MachinePlan plan) {
        host.send("POST", "/1.0/instances?project=" + host.project(), """
                {"name": "%s", "type": "container", "ephemeral": true, "config": {"user.allocator.machine": "%s",
                  "user.allocator.instance": "%s"}, "source": {"type": "image", "alias": "%s"}}""".formatted(
                        plan.ref().data().get("instance"),
                        plan.spec().id(),
                        plan.ref().data().get("instance"),
                        LxdHost.IMAGE));
    }

    private int run(MachineRef ref, String script) throws Exception {
        return bench().provider().exec(ref, Command.shell(script)).exitStatus();
    }

    private void destroy(MachineRef ref) {
        try {
            bench().provider().destroy(ref);
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }
}
