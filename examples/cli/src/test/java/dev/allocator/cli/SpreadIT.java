package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.cli.Installation.Ran;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built program in the scripts of a project of spread, which is interrupted and killed. */
@Timeout(300)
class SpreadIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Map<String, String> SHORT_GRACE = Map.of("ALLOCATOR_SPREAD_GRACE", "2s");

    @TempDir
    Path scratch;

    private SpreadProject project;

    @BeforeEach
    void open() throws Exception {
        project = new SpreadProject(scratch);
    }

    @AfterEach
    void lookForLeftovers() {
        if (project != null) {
            project.close();
        }
    }

    private JsonNode onlyLease() throws Exception {
        JsonNode leases =
                new ObjectMapper().readTree(project.run("list", "--json").out()).at("/leases");
        assertThat(leases).hasSize(1);
        return leases.get(0);
    }

    private boolean isGone() throws Exception {
        assertThat(project.run("cleanup").status()).isZero();
        return project.run("list", "--json").out().equals("{\"leases\":[]}\n");
    }

    // ---- while allocating

    @Test
    void killingOnlyTheShellOfTheScriptUndoesTheAllocation() throws Exception {
        project.allocate("never-1", Map.of());
        project.awaitMachine();
        long shell = project.shell();

        SpreadProject.kill("KILL", shell); // as spread does when its kill-timeout is over

        Host.awaitNoMachines(project.state);
        // The subshell around the program lives on and tells nobody; what the program said, it shows.
        await().atMost(SOON)
                .until(() -> project.output()
                        .contains(
                                "cannot allocate 'never-1': process " + shell + " (bash), which called it, has ended"));
        assertThat(project.run("list", "--json").out()).isEqualTo("{\"leases\":[]}\n");
    }

    @Test
    void interruptingTheProcessGroupUndoesTheAllocation() throws Exception {
        Process spread = project.allocate("never-1", Map.of());
        project.awaitMachine();

        SpreadProject.kill("INT", -spread.pid()); // as a terminal does for Ctrl-C

        Host.awaitNoMachines(project.state);
        assertThat(project.output()).doesNotContain("\n<ADDRESS ");
    }

    @Test
    void interruptingOnlyTheProgramUndoesTheAllocation() throws Exception {
        project.allocate("never-1", Map.of());
        project.awaitMachine();

        SpreadProject.kill("INT", project.program());

        Host.awaitNoMachines(project.state);
        await().atMost(SOON)
                .until(() -> project.output().endsWith("<FATAL cannot allocate 'never-1': interrupted by a signal>\n"));
    }

    // ---- afterwards

    @Test
    void theCallersPipeEndsWithTheProgramWhileItsMachineLives() throws Exception {
        Process program = project.piped("allocate", "-q", "up-1");
        program.getOutputStream().close();
        byte[] output = CompletableFuture.supplyAsync(() -> {
                    try {
                        return program.getInputStream().readAllBytes();
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .get(60, TimeUnit.SECONDS);

        assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
        String address = new String(output, StandardCharsets.UTF_8).strip();
        assertThat(address).matches("127\\.0\\.0\\.1:[0-9]+");
        assertThat(project.machines()).hasSize(1);
        assertThat(project.run("discard", address)).isEqualTo(new Ran(0, "", ""));
    }

    @Test
    void theLeaseOfAKilledSpreadEndsAfterTheGracePeriod() throws Exception {
        Process spread = project.allocate("up-1", SHORT_GRACE);
        String address = project.awaitAddress();
        assertThat(onlyLease().at("/labels/spread.project").textValue()).isEqualTo(project.folder.toString());
        assertThat(onlyLease().at("/labels/spread.backend").textValue()).isEqualTo("adhoc");
        assertThat(onlyLease().at("/labels/spread.system").textValue()).isEqualTo("up-1");
        assertThat(onlyLease().at("/expires").isNull()).isTrue();
        assertThat(isGone()).isFalse();

        SpreadProject.kill("KILL", spread.pid());

        project.awaitNothingLeft(); // and nobody runs the program meanwhile
        Ran late = project.run("discard", address);
        assertThat(late.status()).isZero();
        assertThat(late.err()).contains("ended already");
    }

    @Test
    void theLeaseOfAKilledSpreadStaysIfThatKeepsItsMachinesForReuse() throws Exception {
        Process spread = project.allocate("up-1", SHORT_GRACE, ".spread-reuse.yaml");
        String address = project.awaitAddress();
        Files.writeString(
                project.folder.resolve(".spread-reuse.yaml"),
                "backends:\n  adhoc:\n    systems:\n    - up-1:\n        password: x\n        address: " + address
                        + "\n");

        SpreadProject.kill("KILL", spread.pid());
        await().atMost(SOON).until(() -> !isGone() && onlyLease().at("/expires").isTextual());
        await().during(Duration.ofSeconds(4)).atMost(SOON).until(() -> !isGone());

        Files.delete(project.folder.resolve(".spread-reuse.yaml"));
        await().atMost(SOON).until(this::isGone);
    }

    @Test
    void whileSpreadLivesTheTimeOfItsLeaseDoesNotRunOut() throws Exception {
        String script = SpreadScripts.input("allocate").replace("-allocator allocate", "-allocator allocate --ttl 1s");
        assertThat(script).contains("--ttl 1s");
        project.allocate("up-1", script, Map.of());
        String address = project.awaitAddress();

        await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> !isGone());

        assertThat(project.run("renew", address, "1h").out()).matches("2\\S+Z\n");
        assertThat(project.run("discard", address).status()).isZero();
    }

    @Test
    void spreadDiscardsItsOwnMachineAndNoOther() throws Exception {
        project.allocate("up-1", Map.of());
        String address = project.awaitAddress();
        Map<String, String> other = Map.of("SPREAD_BACKEND", "adhoc", "SPREAD_SYSTEM", "never-1");

        Ran refused = project.run(other, "discard", address);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .contains("was allocated for system 'up-1' ", ", not for system 'never-1' ")
                .hasLineCount(1);

        Map<String, String> same = Map.of("SPREAD_BACKEND", "adhoc", "SPREAD_SYSTEM", "up-1");
        assertThat(project.run(same, "discard", address)).isEqualTo(new Ran(0, "", ""));
    }
}
