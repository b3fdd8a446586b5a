package dev.allocator.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of its own, small enough to fill. */
public final class TemporaryDisk implements AutoCloseable {

    private final Path folder;

    private TemporaryDisk(Path folder) {
        this.folder = folder;
    }

    /** Skips the test where none can be mounted. */
    public static TemporaryDisk mount(Path folder, int kibibytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        if (run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + kibibytes + "k", "tmpfs", folder.toString()) != 0) {
            Requirement.missing("no tmpfs can be mounted: run as root to test full and read-only disks");
        }
        return new TemporaryDisk(folder);
    }

    /** Mounts a folder of it elsewhere, where nothing can be written. */
    public TemporaryDisk bindReadOnly(Path part, Path mounted) throws IOException, InterruptedException {
        assertThat(run("mount", "--bind", part.toString(), mounted.toString())).isZero();
        TemporaryDisk bound = new TemporaryDisk(mounted);
        bound.remount("bind,ro");
        return bound;
    }

    /** Writes a file until no more fits, then gives back that many bytes. */
    public void fill(int leave) throws IOException {
        Path file = folder.resolve("full");
        try (var out = Files.newOutputStream(file)) {
            byte[] page = new byte[4096];
            for (boolean fits = true; fits; ) {
                try {
                    out.write(page);
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("No space left");
                    fits = false;
                }
            }
        }
        try (var channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - leave);
        }
    }

    public void free() throws IOException {
        Files.delete(folder.resolve("full"));
    }

    public void remount(String option) throws IOException, InterruptedException {
        assertThat(run("mount", "-o", "remount," + option, folder.toString())).isZero();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        assertThat(run("umount", "-l", folder.toString())).isZero();
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).as(output).isTrue();
        return process.exitValue();
    }
}
