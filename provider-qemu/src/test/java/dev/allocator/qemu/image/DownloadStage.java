package dev.allocator.qemu.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.DataSize;
import dev.allocator.MachineId;
import dev.allocator.qemu.image.RemoteImage.Source;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with an image of 3 MB, and a cache. */
@Timeout(60)
abstract class DownloadStage {

    static final Duration LONG = Duration.ofSeconds(50);

    @TempDir
    Path folder;

    final List<String> lines = new CopyOnWriteArrayList<>();
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
    byte[] content = bytes(1);
    ImageServer server;

    @BeforeEach
    void serve() throws IOException {
        server = new ImageServer();
        publish(content);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static byte[] bytes(long seed) {
        byte[] bytes = new byte[3_000_000];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Makes the server offer it, with a checksum file. */
    void publish(byte[] image) {
        content = image;
        server.put("tiny.img", image);
        server.put("SHA512SUMS", ImageServer.sums(ImageServer.digest("sha512", image), "tiny.img"));
    }

    ImageCache cache() {
        return cache(Map.of());
    }

    ImageCache cache(Map<String, String> environment) {
        return new ImageCache(
                folder.resolve("cache"),
                now::get,
                environment,
                new Mirrors(Map.of("http://images.example/", server.base())),
                new FreeSpace(DataSize.ofMebibytes(1)));
    }

    /** An image with a checksum file, at an address that the mirror stands for. */
    static RemoteImage tiny() {
        return new RemoteImage(
                "tiny:1",
                "x86_64",
                List.of(new Source(
                        URI.create("http://images.example/tiny.img"),
                        Optional.of(URI.create("http://images.example/SHA512SUMS")))),
                Optional.empty());
    }

    static RemoteImage tiny(String digest) {
        return new RemoteImage("tiny:1", "x86_64", tiny().sources(), Optional.of(Digest.parse(digest)));
    }

    Path machineFolder(MachineId machine) throws IOException {
        return Files.createDirectories(folder.resolve("machines").resolve(machine.value()));
    }

    Path obtain() throws Exception {
        return obtain(cache(), tiny());
    }

    Path obtain(ImageCache cache, RemoteImage image) throws Exception {
        MachineId machine = MachineId.random();
        return cache.obtain(image, machine, machineFolder(machine), Deadline.in(LONG), lines::add);
    }

    AbstractThrowableAssert<?, ? extends Throwable> assertFails() {
        return assertThatThrownBy(this::obtain).isInstanceOf(ProviderException.class);
    }

    void assertIsContent(Path image) throws IOException {
        assertThat(Files.readAllBytes(image)).isEqualTo(content);
        assertThat(image.getFileName().toString())
                .isEqualTo(ImageServer.digest("sha512", content).replace(':', '-') + ".qcow2");
    }

    List<String> filesInCache() throws IOException {
        Path images = folder.resolve("cache/images");
        if (!Files.isDirectory(images)) {
            return List.of();
        }
        try (var files = Files.list(images)) {
            return files.map(file -> file.getFileName().toString())
                    .map(name -> name.replaceFirst("sha512-([0-9a-f]{4})[0-9a-f]+", "$1"))
                    .sorted()
                    .toList();
        }
    }
}
