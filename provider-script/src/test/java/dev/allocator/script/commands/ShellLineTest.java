package dev.allocator.script.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.spi.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said about a shell line before it runs. */
class ShellLineTest {

    @TempDir
    Path folder;

    @BeforeEach
    void makePrograms() throws Exception {
        Files.createDirectory(folder.resolve("bin"));
        Files.createFile(folder.resolve("bin/plain"));
        Files.createFile(
                folder.resolve("bin/program"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private Optional<String> problem(String line) {
        return new ShellLine("create", line, new Location("/etc/a.yaml", 3, 9), folder).problem();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bin/program",
                "  ./bin/program --fast\nand more",
                "bin/../bin/program>log",
                "make-machine",
                "cat | no/such",
                "X=1 no/such",
                "\"no/such\"",
                "$HOME/no/such",
                "~/no/such",
                "if true; then no/such; fi",
            })
    void mayRun(String line) {
        assertThat(problem(line)).isEmpty();
    }

    @Test
    void cannotRun() {
        String place = "/etc/a.yaml:3:9: the create command cannot run: ";
        assertThat(problem("./no/such --fast")).contains(place + "there is no " + folder.resolve("no/such"));
        assertThat(problem("bin/plain"))
                .contains(place + folder.resolve("bin/plain") + " is not executable (chmod +x "
                        + folder.resolve("bin/plain") + ")");
        assertThat(problem("./bin; x")).contains(place + folder.resolve("bin") + " is a folder, not a program");
        assertThat(new ShellLine("list", "x", new Location("code", 0, 0), folder.resolve("none")).problem())
                .contains("code: the list command cannot run: the folder that it runs in, " + folder.resolve("none")
                        + ", does not exist");
    }
}
