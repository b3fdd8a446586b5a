package dev.allocator.lxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.ProviderException;
import dev.allocator.testkit.ProviderBench;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real LXD can make, and why it cannot make the rest. */
class PlanTest {

    private static LxdHost host;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        host = LxdHost.require();
    }

    @AfterAll
    static void close() {
        host.close();
    }

    @Test
    void saysWhatItWillBe() throws Exception {
        MachinePlan plan = plan(host.container("some.thing")
                .cpu(2)
                .memory(DataSize.ofMebibytes(512))
                .disk(DataSize.parse("2.5GiB"))
                .build());

        assertThat(plan.description()).isEqualTo("LXD container, debian-12, 2 CPU, 512MiB, disk 2560MiB");
        assertThat(plan.claims()).isEqualTo(Map.of("VCPU", 2L, "MEMORY_MB", 512L, "DISK_GB", 3L));
        assertThat(plan.ref().data())
                .containsEntry("socket", host.socket().toString())
                .containsEntry("project", host.project())
                .containsEntry(
                        "instance", "some-thing-" + plan.ref().machine().value().substring(0, 8));
    }

    @Test
    void takesImagesByAliasOrFingerprint() throws Exception {
        String fingerprint =
                host.get("/1.0/images/aliases/" + LxdHost.IMAGE).path("target").asText();
        for (String image :
                List.of(LxdHost.IMAGE, "local:" + LxdHost.IMAGE, fingerprint, fingerprint.substring(0, 12))) {
            assertThat(plan(host.container("x").image(image).build()).description())
                    .contains(image.replace("local:", ""));
        }
    }

    @Test
    void aProfileWithoutAnImageIsOneByItsName() throws Exception {
        assertThat(plan(container(LxdHost.IMAGE).build()).description()).isEqualTo("LXD container, debian-12");
        assertThat(plan(container("no-such-41-64").build()).description())
                .matches("LXD container, no-such-41-64 \\(images:no/such/41/[a-z0-9]+\\)");
    }

    @Test
    void knowsTheRemotesThatWereNamed() throws Exception {
        Profile profile = container("x").image("mine:debian/12").build();
        Map<String, Object> settings = new LinkedHashMap<>(host.settings());
        settings.put("remotes", Map.of("mine", "http://127.0.0.1:1/"));
        try (ProviderBench bench = ProviderBench.of(new LxdProviderFactory(), profile, folder)
                .settings(settings)
                .open()) {
            assertThat(bench.provider().plan(bench.spec()).description()).isEqualTo("LXD container, mine:debian/12");
        }
        refuses(
                profile,
                "image 'mine:debian/12': there is no remote 'mine' (known are local, images, ubuntu, ubuntu-daily; more"
                        + " can be named under 'remotes')");
    }

    @Test
    void refusesImagesThatAreNotThere() {
        refuses(container("x").image("nothing").build(), "LXD has no image 'nothing' (expected an alias or");
        refuses(container("x").image("local:no-such-64").build(), "LXD has no image 'no-such-64'");
        refuses(container("x").image("0123456789ab").build(), "LXD has no image '0123456789ab'");
    }

    @Test
    void refusesWhatLxdHasNot() {
        Profile.Builder profile = host.container("x");
        refuses(profile.setting("pool", "nopool").build(), "LXD has no storage pool 'nopool'");
        refuses(
                host.container("x")
                        .setting("profiles", List.of("default", "nope"))
                        .build(),
                "LXD has no profile 'nope'");
        refuses(host.container("x").setting("lxd-network", "nonet").build(), "LXD has no network 'nonet'");
        refuses(host.container("x").setting("lxd-network", "lo").build(), "network 'lo' is neither LXD's nor a bridge");
        refuses(host.container("x").arch("sparc").build(), "LXD here runs nothing of arch 'sparc' (expected ");
    }

    @Test
    void refusesToLoseItsMachines() {
        refuses(
                host.container("x")
                        .setting("config", Map.of("user.allocator.machine", "y"))
                        .build(),
                "'user.allocator.machine' cannot be configured");
        refuses(
                host.container("x")
                        .setting("config", Map.of("security.protection.delete", "true"))
                        .build(),
                "'security.protection.delete' cannot be configured");
    }

    @Test
    void saysWhyThereAreNoVirtualMachines() {
        assumeThat(host.get("/1.0").at("/environment/driver").asText())
                .as("LXD can run virtual machines here")
                .doesNotContain("qemu");
        assertThatThrownBy(() ->
                        plan(Profile.named("x", "lxd").image(LxdHost.IMAGE).build()))
                .hasMessageMatching(".+: LXD [0-9.]+ cannot run virtual machines here: .+ \\(a profile with 'vm: false'"
                        + " gets a container\\)");
    }

    @Test
    void aStrangeRemoteIsRefusedAtOnce() {
        Map<String, Object> settings = new LinkedHashMap<>(host.settings());
        settings.put("remotes", Map.of("mine", "ftp://x"));
        assertThatThrownBy(() -> ProviderBench.of(
                                new LxdProviderFactory(), host.container("x").build(), folder)
                        .settings(settings)
                        .open())
                .hasMessageContaining("remote 'mine' must be the http:// or https:// URL of a simplestreams server");
    }

    private static Profile.Builder container(String name) {
        return Profile.named(name, "lxd").setting("vm", false);
    }

    private MachinePlan plan(Profile profile) throws Exception {
        try (ProviderBench bench = ProviderBench.of(new LxdProviderFactory(), profile, folder)
                .settings(host.settings())
                .open()) {
            return bench.provider().plan(bench.spec());
        }
    }

    private void refuses(Profile profile, String what) {
        assertThatThrownBy(() -> plan(profile))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining(": " + what)
                .message()
                .startsWith(folder.toString());
    }
}
