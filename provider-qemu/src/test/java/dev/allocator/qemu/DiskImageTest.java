package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskImageTest {

    @TempDir
    Path folder;

    @Test
    void readsTheSizeOutOfAQcow2() throws Exception {
        Fixtures.requireQemu();
        Path image = folder.resolve("image");
        Process process = new ProcessBuilder(List.of("qemu-img", "create", "-q", "-f", "qcow2", image.toString(), "6G"))
                .inheritIO()
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

        assertThat(DiskImage.inspect(image)).isEqualTo(new DiskImage(image, "qcow2", 6L << 30));
    }

    @Test
    void takesAllElseForRaw() throws Exception {
        Path image = Files.write(folder.resolve("image.qcow2"), new byte[1536]);
        Path tiny = Files.write(folder.resolve("tiny"), new byte[] {1});

        assertThat(DiskImage.inspect(image)).isEqualTo(new DiskImage(image, "raw", 1536));
        assertThat(DiskImage.inspect(tiny)).isEqualTo(new DiskImage(tiny, "raw", 1));
    }

    @Test
    void refusesAnEmptyFile() throws Exception {
        Path image = Files.createFile(folder.resolve("image"));

        assertThatThrownBy(() -> DiskImage.inspect(image))
                .isInstanceOf(IOException.class)
                .hasMessage("it is empty");
    }
}
