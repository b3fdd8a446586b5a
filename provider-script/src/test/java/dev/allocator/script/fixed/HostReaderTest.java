package dev.allocator.script.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.ProviderException;
import dev.allocator.testkit.ProviderBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostReaderTest {

    @TempDir
    Path folder;

    @Test
    void everyProblemIsToldWithItsPlace() {
        Lab lab = new Lab(folder)
                .host("a b", "address", "ok.invalid")
                .host("port", "address", "host:ssh")
                .host("user", "user", "Root!")
                .host("both", "key", "-----BEGIN x", "password", "y")
                .host("none", "slots", 0)
                .host("control", "password", "a\u0007b")
                .host("gpu", "gpus", List.of("---"))
                .host("cpu", "cpu", 0)
                .host("drain", "drain", "yes");

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> lab.open(Lab.profile().build()))
                .satisfies(e -> assertThat(e.getMessage().split("; '|; (?=/)"))
                        .hasSize(9)
                        .allMatch(problem -> problem.matches(".*allocator-.*\\.yaml:[0-9]+:[0-9]+: .*")))
                .withMessageContaining("'a b' cannot be the name of a host")
                .withMessageContaining("'hosts.port.address' is no address (expected host, host:port or [IPv6]:port)")
                .withMessageContaining("'hosts.user.user' is no user name")
                .withMessageContaining("'hosts.both' has both 'password' and 'key': choose one")
                .withMessageContaining("'hosts.none.slots' must be 1 to 1048576")
                .withMessageContaining("'hosts.control.password' must have 1 to 512 characters")
                .withMessageContaining("'hosts.gpu.gpus' holds something that is no name")
                .withMessageContaining("'hosts.cpu.cpu' must be 1 to 1048576")
                .withMessageContaining("'hosts.drain.drain' has to say why, in words")
                .withMessageNotContaining("Root!")
                .withMessageNotContaining("a\u0007b");
    }

    @Test
    void aKeyIsAFileOrTheKeyItself() throws Exception {
        Files.writeString(folder.resolve("id"), "-----BEGIN OPENSSH PRIVATE KEY-----\nfile\n");
        Lab lab = new Lab(folder)
                .host("file", "key", folder.resolve("id").toString())
                .host("itself", "key", "-----BEGIN OPENSSH PRIVATE KEY-----\nitself\n");

        assertThat(lab.plan(Lab.profile().build()).places()).hasSize(2);
    }

    @Test
    void aKeyThatIsMissingMakesItsHostUselessAndNoOther() throws Exception {
        Lab lab = new Lab(folder)
                .host("good")
                .host("bad", "key", folder.resolve("missing").toString())
                .host("pipe", "key", "/dev/zero");

        assertThat(lab.plan(Lab.profile().build()).places())
                .extracting(place -> place.name())
                .containsExactly("good");
        try (ProviderBench bench = lab.open(Lab.profile().build())) {
            assertThat(bench.provider().diagnose())
                    .extracting(Diagnosis::message)
                    .anyMatch(message -> message.startsWith(
                            "'bad' has a private key that cannot be used: it does not exist (" + folder))
                    .anyMatch(message -> message.startsWith(
                            "'pipe' has a private key that cannot be used: it is not a regular file ("));
        }
        lab.host("good", "labels", Map.of());
        Lab onlyBad =
                new Lab(folder).host("bad", "key", folder.resolve("missing").toString());
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> onlyBad.plan(Lab.profile().build()))
                .withMessageContaining("'bad' has a private key that cannot be used: it does not exist");
    }
}
