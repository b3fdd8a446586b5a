package dev.allocator.qemu.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshFileTest {

    @TempDir
    Path folder;

    private Path unfinished(String name, Duration age) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "half of i");
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    void whatKilledWritersLeftIsRemovedByTheNextOne() throws IOException {
        Path file = Files.writeString(folder.resolve("debian.known"), "old");
        Path killed = unfinished("known123.new", Duration.ofHours(2));
        Path busy = unfinished("456.new", Duration.ofMinutes(1));

        FreshFile.write(file, "new".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("new");
        assertThat(killed).doesNotExist();
        assertThat(folder).isDirectoryContaining(busy::equals);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("debian.known", "456.new");
    }

    @Test
    void whatCannotTakeTheFilesPlaceIsNotLeft() throws IOException {
        Path file = Files.createDirectories(folder.resolve("debian.known/something"))
                .getParent();
        assertThatThrownBy(() -> FreshFile.write(file, new byte[1])).isInstanceOf(IOException.class);
        assertThat(folder.toFile().list()).containsExactly("debian.known");
    }
}
