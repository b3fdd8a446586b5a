package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be planned, with stand-ins for the tools. */
class PlannerTest {

    @TempDir
    Path folder;

    private Path bin;
    private Path image;
    private TestContext context;

    @BeforeEach
    void stage() throws Exception {
        bin = Files.createDirectory(folder.resolve("bin"));
        tool("qemu-system-x86_64");
        tool("qemu-img");
        image = Fixtures.haltingDisk(folder.resolve("images/tiny.img"));
        context = new TestContext(folder).path(bin.toString());
    }

    private void tool(String name) throws Exception {
        Files.createFile(bin.resolve(name));
        Files.setPosixFilePermissions(bin.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private MachinePlan plan(Profile profile) throws ProviderException {
        try (Provider provider = new QemuProviderFactory().open(context)) {
            return provider.plan(Fixtures.spec(context, profile));
        }
    }

    private void refused(Profile profile, String... messageParts) {
        assertThatThrownBy(() -> plan(profile))
                .isInstanceOf(ProviderException.class)
                .hasMessageContainingAll(messageParts)
                .extracting(e -> e.getMessage().lines().count())
                .isEqualTo(1L);
    }

    /** Passwords and tokens are in no message and no description. */
    @Test
    void whatAUrlHidesIsNotShown() throws Exception {
        refused(
                Fixtures.profile("https://user:secret@images.example/a.img").build(),
                "allocator.yaml:7:3: the URL of the image holds a user or password, which are not supported");
        assertThatThrownBy(() -> plan(Fixtures.profile("https://user:secret@images.example/a.img")
                        .build()))
                .hasMessageNotContaining("secret")
                .hasNoCause();
        refused(
                Fixtures.profile("https://images.example/a.img?token=secret").build(),
                "the image https://images.example/a.img needs its digest beside it");
        MachineSpec spec = Fixtures.spec(
                context,
                Fixtures.profile("https://images.example/a.img?token=secret").build(),
                Map.of("image-digest", "sha256:" + "0".repeat(64)));
        try (Provider provider = new QemuProviderFactory().open(context)) {
            assertThat(provider.plan(spec).description()).contains(", a.img, ").doesNotContain("secret");
        }
    }

    @Test
    void aMirrorThatCannotBeIsSaidWhereItIsWritten() {
        context.setting("mirrors", Map.of("https://cloud.debian.org/", "mirror.example/debian"));
        refused(
                Fixtures.profile("debian:12").build(),
                "mirrors: what stands for https://cloud.debian.org/ is not an address that begins with https://");
    }

    @Test
    void plansNamesAndClaimsWithoutCreatingAnything() throws Exception {
        Profile profile = Fixtures.profile("images/tiny.img")
                .cpu(3)
                .memory(DataSize.ofMebibytes(100))
                .disk(DataSize.parse("1.5GiB"))
                .build();
        MachineSpec spec = Fixtures.spec(context, profile);

        MachinePlan plan = new QemuProviderFactory().open(context).plan(spec);

        assertThat(plan.claims()).isEqualTo(Map.of("MEMORY_MB", 100L));
        assertThat(plan.places()).singleElement().satisfies(place -> {
            assertThat(place.name()).isEqualTo("host");
            assertThat(place.capacity()).containsOnlyKeys("MEMORY_MB");
            assertThat(place.capacity().get("MEMORY_MB")).isPositive();
        });
        assertThat(plan.ref().machine()).isEqualTo(spec.id());
        assertThat(plan.ref().data())
                .isEqualTo(Map.of("directory", context.directoryPath(spec.id()).toString()));
        assertThat(plan.description()).isEqualTo("QEMU x86_64, tiny.img, 3 CPU, 100MiB, disk 1536MiB");
        assertThat(context.directories()).doesNotExist();
    }

    @Test
    void findsImagesByNameInTheImageFolders() throws Exception {
        Path spread = Fixtures.haltingDisk(folder.resolve("home/.spread/qemu/debian-12.img"));

        assertThat(plan(Fixtures.profile("debian-12").build()).description()).contains("debian-12.img");
        assertThat(plan(Profile.named("debian-12", "qemu").arch("x86_64").build())
                        .description())
                .as("named like the profile")
                .contains("debian-12.img");
        Files.delete(spread);
        context.setting("image-dir", List.of("elsewhere", "images"));
        assertThat(plan(Fixtures.profile("tiny").build()).description()).contains("tiny.img");
    }

    @Test
    void namesAllPlacesWhereAnImageWasLookedFor() {
        refused(
                Fixtures.profile("none").build(),
                "allocator.yaml:7:3: there is no image 'none'; tried ",
                folder.resolve("home/.spread/qemu/none.img").toString(),
                folder.resolve("none").toString());
        refused(
                Fixtures.profile("images/none.img").build(),
                "there is no image 'images/none.img'; tried " + folder.resolve("images/none.img"));
    }

    @Test
    void refusesAnEmptyImage() throws Exception {
        Path empty = Files.createFile(folder.resolve("images/empty.img"));

        refused(Fixtures.profile("images/empty.img").build(), "the image " + empty + " cannot be used: it is empty");
    }

    @Test
    void saysWhichPackageBringsAMissingTool() throws Exception {
        Files.delete(bin.resolve("qemu-img"));
        refused(Fixtures.profile("images/tiny.img").build(), "qemu-img is not installed", "qemu-utils", bin.toString());
        refused(
                Fixtures.profile("images/tiny.img").arch("aarch64").build(),
                "qemu-system-aarch64 is not installed",
                "qemu-system-arm");
        Files.delete(bin.resolve("qemu-system-x86_64"));
        refused(Fixtures.profile("images/tiny.img").build(), "qemu-system-x86_64 is not installed", "qemu-system-x86");
    }

    @Test
    void usesTheConfiguredBinary() throws Exception {
        tool("my-qemu");
        Files.delete(bin.resolve("qemu-system-x86_64"));

        context.setting("binary", "bin/my-qemu");
        assertThat(plan(Fixtures.profile("images/tiny.img").build())).isNotNull();
        context.setting("binary", "my-qemu");
        assertThat(plan(Fixtures.profile("images/tiny.img").build())).isNotNull();
        context.setting("binary", "bin/none");
        refused(Fixtures.profile("images/tiny.img").build(), "allocator.yaml:3:5: ", "bin/none is not a program");
    }

    @Test
    void refusesWhatCannotBe() throws Exception {
        Profile.Builder profile = Fixtures.profile("images/tiny.img");

        refused(profile.build().toBuilder().arch("vax").build(), "allocator.yaml:7:3", "'vax'", "x86_64 or aarch64");
        refused(
                profile.build().toBuilder().disk(DataSize.parse("512KiB")).build(),
                "disk 512KiB is smaller than the image " + image + ", which has 1MiB");
        refused(
                profile.build().toBuilder().memory(DataSize.ofMebibytes(63)).build(),
                "memory 63MiB is too little",
                "at least 64MiB");
    }
}
