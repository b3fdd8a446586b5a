package dev.allocator.lxd.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.SetupStep;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import dev.allocator.core.profile.ResolvedProfile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A spread-lxd.yaml as the engine finds and understands it. */
class FoundByTheEngineTest {

    @TempDir
    Path folder;

    private Path project;
    private Path home;

    @BeforeEach
    void folders() throws IOException {
        project = Files.createDirectories(folder.resolve("project/sub")).getParent();
        home = Files.createDirectory(folder.resolve("home"));
    }

    private Configuration load(Path workingDirectory) {
        AllocatorOptions options = AllocatorOptions.builder()
                .workingDirectory(workingDirectory)
                .environment(Map.of("HOME", home.toString()))
                .build();
        return Configuration.load(options, Plugins.load(getClass().getClassLoader()));
    }

    @Test
    void theFileOfItsReferenceIsUnderstood() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("reference/spread-lxd.yaml")) {
            Files.copy(in, project.resolve("spread-lxd.yaml"));
        }
        Files.writeString(project.resolve("spread.yaml"), "not: [ours");
        Path own = Files.createDirectories(home.resolve(".config/spread-adhoc-allocator"));
        Files.writeString(own.resolve("config.yaml"), "user-config:\n");

        Configuration configuration = load(project.resolve("sub"));

        assertThat(configuration.files())
                .containsExactly(project.resolve("spread-lxd.yaml"), own.resolve("config.yaml"));
        assertThat(configuration.unusable()).isEmpty();
        assertThat(configuration.profiles())
                .extracting(Profile::name)
                .containsExactly(
                        "ubuntu-24.04-64",
                        "ubuntu-25.04-64",
                        "ubuntu-24.10.04-64",
                        "ubuntu-22.04-64",
                        "ubuntu-20.04-64",
                        "ubuntu-core-24-64",
                        "fedora-41-64");
        ResolvedProfile ubuntu = configuration.resolve("ubuntu-24.04-64");
        assertThat(ubuntu.settings().bool("vm")).contains(true);
        Profile profile = ubuntu.profile();
        assertThat(profile.provider()).isEqualTo("lxd");
        assertThat(profile.image()).contains("ubuntu:24.04");
        assertThat(profile.cpu()).hasValue(4);
        assertThat(profile.memory()).contains(DataSize.ofGibibytes(4));
        assertThat(profile.disk()).contains(DataSize.ofGibibytes(15));
        assertThat(profile.timeout()).contains(Duration.ofMinutes(14));
        assertThat(profile.setup())
                .hasSize(4)
                .startsWith(new SetupStep("common step 1", "cloud-init status --wait"))
                .endsWith(new SetupStep("common step 4", "killall -HUP sshd || true"));
        assertThat(configuration.resolve("ubuntu-core-24-64").settings().bool("secure-boot"))
                .contains(false);
        assertThat(configuration.provider("lxd").orElseThrow().type()).isEqualTo("lxd");
    }

    @Test
    void itNeedsNoSpreadYaml() throws IOException {
        Files.writeString(project.resolve("spread-lxd.yaml"), "system: {debian-12: {image: debian-12, vm: false}}\n");

        Configuration configuration = load(project.resolve("sub"));

        assertThat(configuration.resolve("debian-12").settings().bool("vm")).contains(false);
    }

    @Test
    void anInstanceNamedLxdIsTheOneForIt() throws IOException {
        Files.writeString(project.resolve("spread-lxd.yaml"), "system: {debian-12: {image: debian-12}}\n");
        Path ours = Files.writeString(
                project.resolve("allocator.yaml"), "providers: {lxd: {project: mine}, other: {type: lxd}}\n");

        Configuration configuration = load(project);

        assertThat(configuration.resolve("debian-12").profile().provider()).isEqualTo("lxd");
        assertThat(configuration.provider("lxd").orElseThrow().location()).hasToString(ours + ":1:13");
    }

    @Test
    void whatTheEngineFindsWrongHasItsPlaceToo() throws IOException {
        Path file = Files.writeString(project.resolve("spread-lxd.yaml"), """
                system:
                  a-1: {image: x, vm: maybe}
                  a-2: {image: x, secure-boot: [true]}
                  a-3: {image: x, resources: {cpu: 0}}
                  a-4: {image: x, resources: {cpu: many}}
                """);

        assertThatThrownBy(() -> load(project))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .hasSize(4)
                                .satisfiesExactly(
                                        first -> assertThat(first)
                                                .startsWith(file + ":2:23: ")
                                                .contains("vm"),
                                        second -> assertThat(second)
                                                .startsWith(file + ":3:32: ")
                                                .contains("secure-boot"),
                                        third -> assertThat(third)
                                                .startsWith(file + ":4:36: ")
                                                .contains("cpu"),
                                        fourth -> assertThat(fourth)
                                                .startsWith(file + ":5:36: ")
                                                .contains("cpu")));
    }
}
