package dev.allocator.qemu.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.CacheEntry;
import dev.allocator.DataSize;
import dev.allocator.MachineId;
import dev.allocator.spi.Deadline;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is in the cache, and what may go. */
class CacheContentsTest extends DownloadStage {

    private CacheContents contents() {
        return new CacheContents(folder.resolve("cache"));
    }

    @Test
    void anImageGoesOnceItsMachinesAreGone() throws Exception {
        MachineId machine = MachineId.random();
        Path machineFolder = machineFolder(machine);
        Path image = cache().obtain(tiny(), machine, machineFolder, Deadline.in(LONG), lines::add);
        Path foreign = Files.writeString(folder.resolve("cache/images/debian-12.qcow2"), "mine");

        assertThat(contents().entries())
                .containsExactly(new CacheEntry("tiny:1 (x86_64)", image, new DataSize(3_000_000), now.get(), true));
        assertThat(contents().prune(now.get())).isEmpty();

        Files.delete(machineFolder);

        assertThat(contents().prune(now.get().minusSeconds(1))).as("used since").isEmpty();
        assertThat(contents().prune(now.get())).extracting(CacheEntry::path).containsExactly(image);
        assertThat(image).doesNotExist();
        assertThat(foreign).exists();
        assertThat(filesInCache()).containsExactly("debian-12.qcow2", "tiny-1.x86_64.known");
        assertThat(folder.resolve("cache/host/uses")).isEmptyDirectory();
        assertIsContent(obtain());
    }

    @Test
    void anEmptyOrMissingCacheIsNone() throws Exception {
        assertThat(contents().entries()).isEmpty();
        assertThat(contents().prune(now.get())).isEmpty();
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void aPartIsInUseWhileItGrows() throws Exception {
        server.gate = new CountDownLatch(1);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Path> download = threads.submit(() -> obtain());
            await().atMost(LONG).until(() -> !contents().entries().isEmpty());

            assertThat(contents().entries()).singleElement().satisfies(part -> {
                assertThat(part.name()).isEqualTo("part of tiny:1 (x86_64)");
                assertThat(part.inUse()).isTrue();
            });
            assertThat(contents().prune(now.get().plus(Duration.ofDays(36500)))).isEmpty();

            download.cancel(true);
            await().atMost(LONG).until(() -> !contents().entries().get(0).inUse());
            assertThat(contents().prune(now.get().plus(Duration.ofDays(36500)))).hasSize(1);
            assertThat(filesInCache()).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    /** Another process downloads and is killed: what it had is continued, and its locks are free. */
    @Test
    void aKilledDownloadIsContinued() throws Exception {
        server.gate = new CountDownLatch(1);
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledDownload.class.getName(),
                        folder.toString(),
                        server.base())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("other.log").toFile())
                .start();
        try {
            await().atMost(LONG)
                    .until(() -> contents().entries().stream()
                            .anyMatch(part -> part.inUse() && part.size().bytes() > 900_000));
            other.destroyForcibly();
            assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            other.destroyForcibly();
        }
        server.gate.countDown();
        server.requests.clear();

        assertIsContent(obtain());
        assertThat(server.requestsOf("tiny.img")).singleElement().asString().contains("bytes=");
        assertThat(new File(folder.toFile(), "other.log")).isEmpty();
    }

    @Test
    void twoProcessesDownloadOnce() throws Exception {
        server.gate = new CountDownLatch(1);
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledDownload.class.getName(),
                        folder.toString(),
                        server.base())
                .inheritIO()
                .start();
        try {
            await().atMost(LONG).until(() -> !server.requestsOf("tiny.img").isEmpty());
            ExecutorService threads = Executors.newSingleThreadExecutor();
            Future<Path> mine = threads.submit(() -> obtain());
            await().atMost(LONG)
                    .until(() -> lines.stream().anyMatch(line -> line.startsWith("waiting until another download")));
            server.gate.countDown();
            assertIsContent(mine.get());
            threads.shutdownNow();
            assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(other.exitValue()).isZero();
        } finally {
            other.destroyForcibly();
        }
        assertThat(server.requestsOf("tiny.img")).isEqualTo(List.of("/tiny.img"));
    }
}
