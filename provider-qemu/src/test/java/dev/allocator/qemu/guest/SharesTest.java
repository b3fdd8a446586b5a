package dev.allocator.qemu.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.allocator.AllocationException;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.Lease;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.Share;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders of this host in Debian in QEMU. */
@Timeout(900)
class SharesTest {

    @TempDir
    Path temp;

    private Allocator open(Profile.Builder profile) {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(temp.resolve("state"))
                .provider("qemu", "qemu", Map.of("accel", "tcg"))
                .profile(profile.build())
                .build());
    }

    private Profile.Builder sharing(Path image) throws Exception {
        Path shared = Files.createDirectories(temp.resolve("a, shared one"));
        return Profile.named("sharing", "qemu")
                .image(image.toString())
                .memory(DataSize.ofMebibytes(512))
                .login(Credentials.password("debian", Secret.of("debian")))
                .share(new Share(shared, "/mnt/a #1", false))
                .share(new Share(Files.createDirectories(temp.resolve("fixed")), "/mnt/fixed", true));
    }

    @Test
    void theMachineReadsAndWritesWhatItMay() throws Exception {
        Profile.Builder profile =
                sharing(DemoImages.withNineP()).setup("cp '/mnt/a #1/from-host' '/mnt/a #1/from-setup'");
        Files.writeString(temp.resolve("a, shared one/from-host"), "hello");
        Files.writeString(temp.resolve("fixed/there"), "fixed");
        try (Allocator allocator = open(profile);
                Lease lease = allocator.allocate("sharing")) {
            assertThat(temp.resolve("a, shared one/from-setup")).hasContent("hello");
            lease.exec(Command.shell("cd '/mnt/a #1' && mkdir d && echo x >d/f && ln -s f d/link && chmod 700 d/f")
                            .asRoot())
                    .orThrow();
            assertThat(temp.resolve("a, shared one/d/f")).hasContent("x").isExecutable();
            assertThat(Files.readSymbolicLink(temp.resolve("a, shared one/d/link")))
                    .hasToString("f");

            assertThat(lease.exec("cat", "/mnt/fixed/there").orThrow().stdout()).isEqualTo("fixed");
            assertThat(lease.exec(Command.of("touch", "/mnt/fixed/x").asRoot()).stderr())
                    .contains("Read-only");
            lease.exec(Command.of("mount", "-o", "remount,rw", "/mnt/fixed").asRoot());
            assertThat(lease.exec(Command.of("touch", "/mnt/fixed/x").asRoot()).exitStatus())
                    .as("QEMU does not allow it either")
                    .isNotZero();
            assertThat(temp.resolve("fixed/x")).doesNotExist();

            lease.reboot(Duration.ofMinutes(8));
            lease.exec("mountpoint", "/mnt/fixed").orThrow();
            assertThat(lease.exec("cat", "/mnt/a #1/from-host", "/etc/fstab")
                            .orThrow()
                            .stdout())
                    .startsWith("hello")
                    .contains("nofail");
        }
    }

    @Test
    void aKernelWithoutNinePIsTold() throws Exception {
        Profile.Builder profile = sharing(DemoImages.plain());
        try (Allocator allocator = open(profile)) {
            AllocationException failure =
                    catchThrowableOfType(AllocationException.class, () -> allocator.allocate("sharing"));

            assertThat(failure.failure().phase()).isEqualTo(Phase.SETUP);
            assertThat(failure)
                    .hasMessageContaining("mounting the share " + temp + "/a, shared one at /mnt/a #1 failed")
                    .hasMessageContaining(
                            "-cloud-amd64 has no file system '9p': use an image with a kernel that has it")
                    .hasMessageContaining("or remove the share");
        }
    }
}
