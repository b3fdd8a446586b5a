package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.CacheEntry;
import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.qemu.image.ImageServer;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines of images that are downloaded, from the plan to the end, with a real QEMU and a server of the test's own. */
class NamedImageTest {

    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private TestContext context;
    private ImageServer server;
    private byte[] disk;

    @BeforeEach
    void stage() throws Exception {
        Fixtures.requireQemu();
        server = new ImageServer();
        disk = Files.readAllBytes(Fixtures.haltingDisk(folder.resolve("tiny.img")));
        server.put("debian-12-generic-amd64.qcow2", disk);
        server.put("SHA512SUMS", ImageServer.sums(ImageServer.digest("sha512", disk), "debian-12-generic-amd64.qcow2"));
        context = new TestContext(folder)
                .setting("mirrors", Map.of("https://cloud.debian.org/images/cloud/bookworm/latest/", server.base()))
                .setting("min-free", DataSize.ofMebibytes(1));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private MachineSpec spec(Profile.Builder profile, Map<String, Object> settings) {
        return Fixtures.spec(context, profile.build(), settings);
    }

    @Test
    void aMachineIsMadeOfANameAndKeepsItsImage() throws Exception {
        try (Provider provider = new QemuProviderFactory().open(context)) {
            MachineSpec spec = spec(Fixtures.profile("debian:bookworm"), Map.of("accel", "tcg"));
            MachinePlan plan = provider.plan(spec);
            assertThat(plan.description()).contains("debian:12", "disk as large as its image");
            assertThat(context.cacheDirectory().resolve("images"))
                    .as("a plan downloads nothing")
                    .doesNotExist();

            TestCreate create = TestCreate.within(LONG);
            Machine machine = provider.create(plan, create);

            assertThat(create.lines()).contains("downloading debian:12 (x86_64), 1 MiB");
            assertThat(provider.cache()).singleElement().satisfies(entry -> {
                assertThat(entry.name()).isEqualTo("debian:12 (x86_64)");
                assertThat(entry.path()).hasBinaryContent(disk);
                assertThat(entry.inUse()).isTrue();
            });
            assertThat(provider.plan(spec).description()).contains("disk 1MiB");
            // Not even where nothing but QEMU's own lock tells of it.
            Path uses = context.cacheDirectory().resolve("locks/uses");
            try (var files = Files.walk(uses)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            }
            assertThat(provider.pruneCache(Instant.now().plusSeconds(60))).isEmpty();

            provider.destroy(machine.ref());
            Files.deleteIfExists(context.directoryPath(spec.id()).resolve("discarded"));
            Files.deleteIfExists(context.directoryPath(spec.id()));

            assertThat(provider.pruneCache(Instant.now().plusSeconds(60)))
                    .extracting(CacheEntry::name)
                    .containsExactly("debian:12 (x86_64)");
            assertThat(provider.cache()).isEmpty();
        }
    }

    @Test
    void aFileOfThatNameComesFirst() throws Exception {
        Fixtures.haltingDisk(folder.resolve("home/.spread/qemu/debian-cloud-12.x86_64.img"));
        try (Provider provider = new QemuProviderFactory().open(context)) {
            assertThat(provider.plan(spec(Fixtures.profile("debian-cloud-12.x86_64"), Map.of()))
                            .description())
                    .contains("debian-cloud-12.x86_64.img");
        }
    }

    @Test
    void aUrlNeedsItsDigest() throws Exception {
        String url = server.base() + "debian-12-generic-amd64.qcow2";
        try (Provider provider = new QemuProviderFactory().open(context)) {
            assertThatThrownBy(() -> provider.plan(spec(Fixtures.profile(url), Map.of())))
                    .isInstanceOf(ProviderException.class)
                    .hasMessage("allocator.yaml:7:3: the image " + url + " needs its digest beside it: add"
                            + " 'image-digest: sha256:…' (or sha512:…), as its distributor publishes it");
            assertThatThrownBy(() -> provider.plan(spec(Fixtures.profile(url), Map.of("image-digest", "sha1:ab"))))
                    .hasMessageStartingWith("allocator.yaml:3:5: image-digest is not a digest: 'sha1:ab'");
            MachineSpec spec = spec(
                    Fixtures.profile(url), Map.of("accel", "tcg", "image-digest", ImageServer.digest("sha256", disk)));
            Machine machine = provider.create(provider.plan(spec), TestCreate.within(LONG));
            assertThat(provider.cache()).hasSize(1);
            provider.destroy(machine.ref());
        }
    }

    @Test
    void nothingIsMadeWhereTooLittleSpaceIsFree() throws Exception {
        context.setting("min-free", DataSize.parse("5000000GiB"));
        try (Provider provider = new QemuProviderFactory().open(context)) {
            MachineSpec spec = spec(Fixtures.profile("./tiny.img"), Map.of("accel", "tcg"));
            assertThatThrownBy(() -> provider.create(provider.plan(spec), TestCreate.within(LONG)))
                    .isInstanceOf(ProviderException.class)
                    .hasMessageContainingAll(
                            "there is too little space for the disks of machines: " + context.directoryPath(spec.id())
                                    + " has ",
                            " must stay free (min-free)");
            assertThat(context.directoryPath(spec.id()).resolve("overlay.qcow2"))
                    .doesNotExist();
        }
    }

    @Test
    void builtInProfilesNameImagesThatThereAre() throws Exception {
        context.setting("mirrors", Map.of());
        try (Provider provider = new QemuProviderFactory().open(context)) {
            List<Profile> profiles = new QemuProviderFactory().profiles();
            assertThat(profiles).extracting(Profile::name).contains("debian-12", "ubuntu-24.04-64", "fedora-41");
            for (Profile profile : profiles) {
                MachineSpec spec = spec(profile.toBuilder().arch("x86_64").memory(DataSize.ofMebibytes(64)), Map.of());
                assertThat(provider.plan(spec).description())
                        .contains(String.valueOf(profile.image().orElseThrow()), "disk 15GiB");
            }
        }
    }
}
