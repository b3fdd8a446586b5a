package dev.allocator.qemu.image;

import dev.allocator.DataSize;
import dev.allocator.MachineId;
import dev.allocator.spi.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** A program that downloads the image of {@link DownloadStage}: arguments are the folder and the server. */
final class KilledDownload {

    private KilledDownload() {}

    public static void main(String... arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        ImageCache cache = new ImageCache(
                folder.resolve("cache"),
                () -> Instant.parse("2030-01-01T00:00:00Z"),
                Map.of(),
                new Mirrors(Map.of("http://images.example/", arguments[1])),
                new FreeSpace(DataSize.ofMebibytes(1)));
        MachineId machine = MachineId.random();
        Path machineFolder = Files.createDirectories(folder.resolve("machines").resolve(machine.value()));
        cache.obtain(DownloadStage.tiny(), machine, machineFolder, Deadline.in(DownloadStage.LONG), line -> {});
    }
}
