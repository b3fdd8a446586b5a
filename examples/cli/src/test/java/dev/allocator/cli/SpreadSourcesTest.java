package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocatorOptions;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import dev.allocator.core.profile.ResolvedProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that a spread.yaml yields is understood by the providers that the CLI brings. */
class SpreadSourcesTest {

    @TempDir
    Path folder;

    @Test
    void everyKeyIsUnderstood() throws Exception {
        Files.writeString(folder.resolve("spread.yaml"), """
                reroot: sub
                backends:
                  qemu:
                    memory: 2G
                    halt-timeout: 90m
                    systems:
                      - ubuntu-22.04: {username: ubuntu, password: secret, bios: uefi, workers: 2, image: jammy}
                      - debian-12
                  adhoc:
                    allocate: ADDRESS 192.0.2.1
                    discard: "true"
                    warn-timeout: 1m
                    kill-timeout: 1.5h
                    systems:
                      - fedora-41: {username: fedora, image: f41, workers: 3}
                      - fedora-42: {password: "$(HOST: echo x)"}
                  lxd:
                    systems:
                      - debian-13: {username: debian, password: secret, workers: 4}
                      - ubuntu-24.04: {image: "ubuntu:24.04"}
                  linode:
                    systems: [arch-linux]
                """);
        Files.writeString(folder.resolve("allocator.yaml"), "sources: [spread.yaml]\n");
        AllocatorOptions options = AllocatorOptions.builder()
                .configFile(folder.resolve("allocator.yaml"))
                .environment(Map.of())
                .build();

        Configuration configuration =
                Configuration.load(options, Plugins.load(getClass().getClassLoader()));

        assertThat(configuration.profiles())
                .filteredOn(profile -> !profile.labels().containsKey("builtin"))
                .extracting(Profile::name)
                .containsExactly(
                        "qemu:ubuntu-22.04",
                        "qemu:debian-12",
                        "adhoc:fedora-41",
                        "adhoc:fedora-42",
                        "lxd:debian-13",
                        "lxd:ubuntu-24.04");
        assertThat(configuration.unusable()).isEmpty();
        ResolvedProfile ubuntu = configuration.resolve("qemu:ubuntu-22.04");
        assertThat(ubuntu.settings().string("firmware")).contains("uefi");
        assertThat(ubuntu.settings().integer("limit")).contains(2L);
        assertThat(ubuntu.profile().image()).contains("jammy");
        assertThat(ubuntu.profile().memory()).contains(DataSize.ofGibibytes(2));
        assertThat(ubuntu.profile().ttl()).contains(Duration.ofMinutes(90));
        assertThat(ubuntu.profile().login()).contains(Credentials.password("ubuntu", Secret.of("secret")));
        ResolvedProfile fedora = configuration.resolve("adhoc:fedora-41");
        assertThat(fedora.profile().provider()).isEqualTo("spread-adhoc");
        assertThat(fedora.settings().string("user")).contains("fedora");
        assertThat(fedora.profile().timeout()).contains(Duration.ofMinutes(100));
        assertThat(configuration.resolve("adhoc:fedora-42").loginCommand()).isPresent();
        ResolvedProfile debian = configuration.resolve("lxd:debian-13");
        assertThat(debian.profile().image()).contains("debian-13");
        assertThat(debian.profile().login()).contains(Credentials.password("debian", Secret.of("secret")));
        assertThat(debian.settings().bool("vm")).contains(false);
        assertThat(configuration.resolve("lxd:ubuntu-24.04").profile().image()).contains("ubuntu:24.04");
    }
}
