package dev.allocator.lxd.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Command;
import dev.allocator.Lease;
import dev.allocator.Share;
import dev.allocator.lxd.LxdHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders of this host in containers. */
@Timeout(120)
class SharesTest {

    @TempDir
    Path temp;

    @Test
    void theMachineReadsAndWritesWhatItMay() throws Exception {
        Path shared = Files.createDirectories(temp.resolve("a, shared one"));
        Path fixed = Files.createDirectories(temp.resolve("fixed"));
        // Where the kernel cannot map owners, a container's users are strangers.
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(fixed, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(shared.resolve("from-host"), "hello");
        Files.writeString(fixed.resolve("there"), "fixed");
        try (LxdHost host = LxdHost.require();
                Allocator allocator = Allocator.open(AllocatorOptions.builder()
                        .configSearch(false)
                        .stateDirectory(temp.resolve("state"))
                        .provider("lxd", "lxd", host.settings())
                        .profile(host.container("sharing")
                                .share(new Share(shared, "/mnt/a #1", false))
                                .share(new Share(fixed, "/mnt/fixed", true))
                                .setup("cp '/mnt/a #1/from-host' '/mnt/a #1/from-setup'")
                                .build())
                        .build());
                Lease lease = allocator.allocate("sharing")) {
            assertThat(shared.resolve("from-setup")).hasContent("hello");
            lease.exec(Command.shell("cd '/mnt/a #1' && mkdir d && echo x >d/f && ln -s f d/link"))
                    .orThrow();
            assertThat(shared.resolve("d/f")).hasContent("x");
            assertThat(lease.exec("cat", "/mnt/fixed/there").orThrow().stdout()).isEqualTo("fixed");
            assertThat(lease.exec(Command.of("touch", "/mnt/fixed/x").asRoot()).stderr())
                    .contains("Read-only");
            assertThat(lease.hostAddress()).isPresent();
        }
    }
}
