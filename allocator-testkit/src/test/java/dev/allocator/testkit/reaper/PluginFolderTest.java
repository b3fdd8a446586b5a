package dev.allocator.testkit.reaper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.DiscardException;
import dev.allocator.LeaseId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.testkit.plugin.PluginJar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Machines of a plugin that is a folder of jars end like all others, also where the folder is gone by then. */
@Timeout(180)
class PluginFolderTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Path plugins;

    @BeforeEach
    void install() throws Exception {
        plugins = folder.resolve("my plugins");
        PluginJar.provider("acme").write(plugins.resolve("acme/acme-1.0.jar"));
    }

    @AfterEach
    void letAllEnd() {
        Aftermath.end(folder);
    }

    @Test
    void theReaperHasACopyOfIt() throws Exception {
        try (Jvm owner = Jvm.start(folder, folder.resolve("state"), 1, plugins)) {
            List<Long> machines = owner.machines();
            assertThat(owner.tell("health")).doesNotContain("reaper", "UNUSABLE");
            Jars.delete(plugins);
            owner.kill();
            await().atMost(SOON).until(() -> machines.stream().noneMatch(KilledOwnerTest::isAlive));
        }
    }

    @Test
    void soDoesWhoeverEndsDetachedLeases() throws Exception {
        List<Long> machines;
        try (Jvm owner = Jvm.start(folder, folder.resolve("state"), 1, plugins)) {
            machines = owner.machines();
            assertThat(owner.tell("detach")).isEqualTo("detach done");
            assertThat(owner.tell("close")).isEqualTo("close done");
        }
        Jars.delete(plugins);
        await().atMost(SOON).until(() -> machines.stream().noneMatch(KilledOwnerTest::isAlive));
    }

    @Test
    void whoLacksItKeepsTheRecordAndSaysWhatIsMissing() {
        LeaseId lease;
        try (Allocator allocator = open(plugins)) {
            lease = allocator.allocate("demo").id();
            allocator.lease(lease).orElseThrow().detach();
        }
        Path elsewhere = folder.resolve("elsewhere");
        try (Allocator lacking = open(elsewhere)) {
            assertThatThrownBy(() -> lacking.lease(lease).orElseThrow().discard())
                    .isInstanceOf(DiscardException.class)
                    .hasMessageContaining(
                            "provider 'acme-b' needs a plugin of type 'acme', which is not on the class path"
                                    + " or in " + elsewhere)
                    .hasMessageContaining("its record is kept");
            assertThat(lacking.lease(lease)).isPresent();
        }
        try (Allocator allocator = open(plugins)) {
            allocator.lease(lease).orElseThrow().discard();
            assertThat(allocator.leases()).isEmpty();
        }
    }

    private Allocator open(Path pluginFolder) {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(folder.resolve("state"))
                .provider("acme-b", "acme", java.util.Map.of())
                .profile(Profile.named("demo", "acme-b")
                        .readiness(Readiness.none())
                        .ttl(Duration.ofHours(1))
                        .build())
                .pluginFolder(pluginFolder)
                .build());
    }
}
