package dev.allocator.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two projects of one user whose providers have the same name: each machine is taken back by its own project's script. */
@Timeout(60)
class TwoProjectsTest {

    @TempDir
    Path folder;

    private Path project(String name) throws IOException {
        Path project = Files.createDirectories(folder.resolve(name));
        Files.writeString(project.resolve("allocator.yaml"), """
                providers:
                  boards:
                    type: script
                    contract: adhoc
                    allocate: ADDRESS 192.0.2.1
                    discard: echo "%s $SPREAD_SYSTEM_ADDRESS" >>discarded
                profiles: {board: {provider: boards, readiness: none}}
                """.formatted(name));
        return project;
    }

    private Allocator open(Path project) {
        return Allocator.open(AllocatorOptions.builder()
                .workingDirectory(project)
                .stateDirectory(folder.resolve("state"))
                .environment(Map.of("PATH", System.getenv("PATH"), "HOME", folder.toString()))
                .build());
    }

    @Test
    void aMachineIsTakenBackByTheScriptOfItsOwnProject() throws IOException {
        Path one = project("one");
        Path other = project("other");
        try (Allocator mine = open(one);
                Allocator theirs = open(other)) {
            Lease lease = mine.allocate("board");
            lease.detach();

            theirs.lease(lease.id()).orElseThrow().discard();
        }
        assertThat(one.resolve("discarded")).hasContent("one 192.0.2.1");
        assertThat(other.resolve("discarded")).doesNotExist();
    }

    @Test
    void whatItsOwnProjectSaysByNowCounts() throws IOException {
        Path one = project("one");
        Lease lease;
        try (Allocator mine = open(one)) {
            lease = mine.allocate("board");
            lease.detach();
        }
        Path file = one.resolve("allocator.yaml");
        Files.writeString(file, Files.readString(file).replace("echo \"one", "echo \"mended"));
        try (Allocator mine = open(one)) {
            mine.lease(lease.id()).orElseThrow().discard();
        }
        assertThat(one.resolve("discarded")).hasContent("mended 192.0.2.1");
    }
}
