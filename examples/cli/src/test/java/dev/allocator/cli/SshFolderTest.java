package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import dev.allocator.Secret;
import dev.allocator.SshEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SshFolderTest {

    private static final HostAndPort ADDRESS = new HostAndPort("127.0.0.1", 4001);

    @Test
    void keepsAPasswordInAFileUntilSshAsks() throws Exception {
        Path place;
        try (SshFolder folder = SshFolder.create(endpoint(Credentials.password("debian", Secret.of("can'ary $x"))))) {
            Path askPass = Path.of(folder.environment().get("SSH_ASKPASS"));
            place = askPass.getParent();
            assertThat(permissions(place)).isEqualTo("rwx------");
            assertThat(permissions(place.resolve("password"))).isEqualTo("rw-------");
            assertThat(permissions(place.resolve("known_hosts"))).isEqualTo("rw-------");
            assertThat(folder.command(List.of("ls", "-l")))
                    .noneMatch(word -> word.contains("can"))
                    .endsWith("--", "127.0.0.1", "ls", "-l")
                    .contains("StrictHostKeyChecking=yes", "User=debian", "Port=4001");
            assertThat(folder.environment().values()).noneMatch(value -> value.contains("can"));

            Process asked = new ProcessBuilder(askPass.toString(), "password?").start();
            assertThat(asked.getInputStream()).hasContent("can'ary $x\n");
            assertThat(asked.waitFor()).isZero();
            assertThat(place.resolve("password")).doesNotExist();
        }
        assertThat(place).doesNotExist();
    }

    @Test
    void keepsAKeyInAFile() throws IOException {
        try (SshFolder folder = SshFolder.create(endpoint(Credentials.key("debian", Secret.of("KEY canary"))))) {
            String option = folder.command(List.of()).stream()
                    .filter(word -> word.startsWith("IdentityFile="))
                    .findFirst()
                    .orElseThrow();
            Path key = Path.of(option.replace("IdentityFile=", "").replace("\"", ""));
            assertThat(key).hasContent("KEY canary\n");
            assertThat(permissions(key)).isEqualTo("rw-------");
            assertThat(folder.environment()).isEmpty();
            try (Stream<Path> files = Files.list(key.getParent())) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("key", "known_hosts");
            }
        }
    }

    private static SshEndpoint endpoint(Credentials credentials) {
        return SshEndpoint.builder(ADDRESS, credentials)
                .hostKeys(List.of(new HostKey("ssh-ed25519", "AAAA")))
                .build();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
