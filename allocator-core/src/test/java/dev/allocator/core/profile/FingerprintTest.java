package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocatorOptions;
import dev.allocator.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {

    private static final String BASE =
            "provider: qemu, image: x, memory: 1GiB, labels: {a: b}, args: [a, b], setup: [s],"
                    + " login: {user: u, password: p}, smbios: {k: v, l: w}, grace: 60s";

    @TempDir
    Path folder;

    @Test
    void isTheSameForTheSameInOtherWords() throws IOException {
        String expected = fingerprint(BASE);

        assertThat(expected).matches("[0-9a-f]{64}");
        assertThat(fingerprint("grace: 1m, smbios: {l: w, k: v}, login: {password: p, user: u}, setup: s, args: [a, b],"
                        + " labels: {'a': \"b\"}, memory: 1024M, image: \"${env:X:-x}\", provider: qemu"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpu: 1",
                "arch: x86_64",
                "disk: 1G",
                "network: lan",
                "ttl: 1h",
                "timeout: 1h",
                "readiness: banner",
                "shares: a:/b",
                "uefi: false",
                "serial: 1",
                "cloud-init: {user-data: a}"
            })
    void changesWithEachKey(String more) throws IOException {
        assertThat(fingerprint(BASE + ", " + more)).isNotEqualTo(fingerprint(BASE));
    }

    @Test
    void changesWithTheCommandOfALogIn() throws IOException {
        String without = BASE.replace("login: {user: u, password: p}, ", "");
        String command = without + ", login: {command: ";

        assertThat(fingerprint(command + "a}")).isEqualTo(fingerprint(command + "'a'}"));
        assertThat(fingerprint(command + "a}")).isNotEqualTo(fingerprint(command + "b}"));
        assertThat(fingerprint(command + "a}")).isNotEqualTo(fingerprint(without));
    }

    @Test
    void listsAreTakenApart() throws IOException {
        assertThat(fingerprint(BASE.replace("[a, b]", "[ab]"))).isNotEqualTo(fingerprint(BASE));
        assertThat(fingerprint(BASE.replace("[a, b]", "[b, a]"))).isNotEqualTo(fingerprint(BASE));
        assertThat(fingerprint(BASE.replace("[a, b]", "['a, b']"))).isNotEqualTo(fingerprint(BASE));
    }

    @Test
    void changesWithAShareHoweverItIsWritten() throws IOException {
        String share = fingerprint(BASE + ", shares: a:/b:ro");

        assertThat(fingerprint(BASE + ", shares: [{host: ./a, guest: /b, readonly: true}]"))
                .isEqualTo(share);
        assertThat(fingerprint(BASE + ", shares: a:/b")).isNotEqualTo(share);
        assertThat(fingerprint(BASE + ", shares: a:/c:ro")).isNotEqualTo(share);
    }

    @Test
    void leavesSecretsOut() throws IOException {
        assertThat(fingerprint(BASE.replace("password: p", "password: q") + ", unlock: s"))
                .isEqualTo(fingerprint(BASE));
    }

    @Test
    void coversNamedSectionsButTheirSecrets() throws IOException {
        String one = fingerprint(BASE + ", drives: {a: {file: f, key: k}, b: {file: g}}");

        assertThat(fingerprint(BASE + ", drives: {b: {file: g, key: x}, a: {file: f}}"))
                .as("in another order, with other secrets")
                .isEqualTo(one);
        assertThat(fingerprint(BASE + ", drives: {a: {file: g}, b: {file: f}}")).isNotEqualTo(one);
        assertThat(fingerprint(BASE + ", drives: {a: {file: f}}")).isNotEqualTo(one);
        assertThat(fingerprint(BASE + ", drives: {a: {file: f, flags: [g]}, b: {file: g}}"))
                .isNotEqualTo(one);
    }

    @Test
    void isTheSameInCode() throws IOException {
        Plugins plugins = TestPlugins.good(folder.resolve("plugins"));
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .environment(Map.of())
                .profile(Profile.named("a", "qemu")
                        .image("x")
                        .setting("serial", 7)
                        .setting("drives", Map.of("a", Map.of("file", "f", "flags", List.of("g"))))
                        .build())
                .build();

        assertThat(Configuration.load(options, plugins).resolve("a").fingerprint())
                .isEqualTo(fingerprint("provider: qemu, image: x, serial: 7, drives: {a: {file: f, flags: g}}"));
    }

    private String fingerprint(String profile) throws IOException {
        Path file = Files.writeString(folder.resolve("allocator.yaml"), "profiles: {a: {" + profile + "}}\n");
        AllocatorOptions options = AllocatorOptions.builder()
                .configFile(file)
                .environment(Map.of())
                .build();
        return Configuration.load(options, TestPlugins.good(folder.resolve("plugins")))
                .resolve("a")
                .fingerprint();
    }
}
