package dev.allocator.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.Allocator;
import dev.allocator.Lease;
import dev.allocator.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of README.md, as they are printed there. */
@Timeout(120)
class ReadmeTest {

    private static final String PAGE = "README.md";

    @TempDir
    Path folder;

    private Stage stage;

    @BeforeEach
    void open() {
        Requirement.program("bash");
        Requirement.program("setsid");
        stage = new Stage(folder);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private static String yaml(String heading) throws IOException {
        return Documentation.examples(PAGE, heading, "yaml").get(0);
    }

    private static void assertWorks(Lease lease) {
        assertThat(lease.exec("echo", "hello").orThrow().stdout()).isEqualTo("hello\n");
    }

    @Test
    void scriptsAsInSpread() throws Exception {
        String address = stage.server("ubuntu", "ubuntu");
        stage.program("boards").file("shelf", address + "\n").file("allocator.yaml", yaml("## Scripts as in spread"));
        try (Allocator allocator = stage.open();
                Lease lease = allocator.allocate("pi-5")) {
            assertWorks(lease);
            assertThat(stage.lines("log")).containsExactly("take pi-5");
        }
        assertThat(stage.lines("log")).containsExactly("take pi-5", "give-back " + address);
    }

    @Test
    void commands() throws Exception {
        stage.file("allocator.yaml", yaml("## Commands")).file("machines", "#!/bin/sh\n");
        Files.setPosixFilePermissions(folder.resolve("machines"), PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Allocator allocator = stage.open()) {
            assertThat(allocator.profiles()).extracting(Profile::name).containsExactly("debian-12");
            assertThat(allocator.health())
                    .filteredOn(health -> health.name().equals("cloud"))
                    .singleElement()
                    .satisfies(health -> assertThat(health.messages()).isEmpty());
        }
    }

    @Test
    void hostsThatAreAlreadyThere() throws Exception {
        String address = stage.server("ci", "lab secret");
        stage.environment("LAB_PASSWORD", "lab secret")
                .file("allocator.yaml", yaml("## Hosts that are already there").replace("10.0.0.21", address));
        try (Allocator allocator = stage.open();
                Lease lease = allocator.allocate("nvidia")) {
            assertWorks(lease);
        }
    }

    @Test
    void theMachinesOfASpreadYaml() throws Exception {
        List<String> yaml = Documentation.examples(PAGE, "## The machines of a spread.yaml", "yaml");
        String address = stage.server("ubuntu", "ubuntu");
        stage.program("boards")
                .file("shelf", address + "\n")
                .file("spread.yaml", yaml.get(0))
                .file("allocator.yaml", yaml.get(1));
        try (Allocator allocator = stage.open();
                Lease lease = allocator.allocate("boards:ubuntu-24.04-64")) {
            assertWorks(lease);
        }
        assertThat(stage.lines("log")).containsExactly("take ubuntu-24.04-64", "give-back " + address);
    }

    @Test
    void imageGarden() throws Exception {
        String address = stage.server("root", "root");
        Files.createDirectory(folder.resolve(".image-garden"));
        stage.program("image-garden")
                .environment("SPREAD_HOST_PATH", folder + ":" + System.getenv("PATH"))
                .environment("GARDEN_ADDRESS", address)
                .file("allocator.yaml", yaml("## image-garden"));
        Path note = folder.resolve(".image-garden").resolve(address + ".pid");
        long machine;
        try (Allocator allocator = stage.open();
                Lease lease = allocator.allocate("debian-12")) {
            assertWorks(lease);
            machine = Long.parseLong(Files.readString(note).strip());
            assertThat(ProcessHandle.of(machine)).isPresent();
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ProcessHandle.of(machine).isEmpty());
        try (Stream<Path> left = Files.list(folder.resolve(".image-garden"))) {
            assertThat(left.map(file -> file.getFileName().toString())).allMatch(name -> name.endsWith(".qcow2"));
        }
    }

    @Test
    void theConfigurationOfCommandsMd() throws Exception {
        stage.file(
                "allocator.yaml",
                Documentation.examples("COMMANDS.md", "# Writing commands that make machines", "yaml")
                        .get(0));
        try (Allocator allocator = stage.open()) {
            assertThat(allocator.profiles()).extracting(Profile::name).containsExactly("debian-12");
        }
    }
}
