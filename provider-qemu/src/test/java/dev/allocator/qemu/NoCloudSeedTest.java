package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.HostKey;
import dev.allocator.Secret;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.MachineSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoCloudSeedTest {

    @TempDir
    Path folder;

    @Test
    void plantsKeysWhereOnlyTheUserCanReadThem() throws Exception {
        MachineSpec spec =
                Fixtures.spec(new TestContext(folder), Fixtures.profile("any").build());
        String hostKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n";
        Bootstrap bootstrap = new Bootstrap(
                "ssh-ed25519 AAAAclient engine\n", Secret.of(hostKey), new HostKey("ssh-ed25519", "AAAAhost"));
        Path seed = folder.resolve("seed");

        NoCloudSeed.write(seed, spec, bootstrap);

        String userData = Files.readString(seed.resolve("user-data"));
        assertThat(userData).startsWith("#cloud-config\n{").endsWith("}\n");
        Map<String, Object> config = Json.object(userData.substring(userData.indexOf('{')));
        assertThat(config)
                .containsEntry("hostname", "tiny-host")
                .containsEntry("disable_root", false)
                .containsEntry("ssh_deletekeys", true)
                .containsEntry("ssh_genkeytypes", List.of("ed25519"))
                .containsEntry(
                        "ssh_keys", Map.of("ed25519_private", hostKey, "ed25519_public", "ssh-ed25519 AAAAhost"));
        assertThat(config.get("users"))
                .asString()
                .contains("default", "ssh_authorized_keys=[ssh-ed25519 AAAAclient engine]");
        assertThat(Json.object(Files.readString(seed.resolve("meta-data"))))
                .isEqualTo(Map.of("instance-id", spec.id().value(), "local-hostname", "tiny-host"));
        assertThat(permissions(seed)).isEqualTo("rwx------");
        assertThat(permissions(seed.resolve("user-data"))).isEqualTo("rw-------");
        assertThat(permissions(seed.resolve("meta-data"))).isEqualTo("rw-------");
    }

    private static String permissions(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
