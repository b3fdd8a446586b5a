package com.example.sandbox;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.testkit.ProviderContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** That the provider keeps all that a provider promises. */
@Timeout(300)
class SandboxContractTest extends ProviderContract.V1 {

    @BeforeAll
    static void sandboxesCanBeMade() throws Exception {
        Process attempt = new ProcessBuilder("unshare", "--mount", "--pid", "--fork", "test", "-x", "/usr/sbin/sshd")
                .redirectErrorStream(true)
                .start();
        String said = new String(attempt.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (attempt.waitFor() != 0) {
            String reason = "needs root with CAP_SYS_ADMIN, and an SSH server: " + said;
            if ("required".equals(System.getProperty("e2e"))) {
                fail(reason);
            }
            System.err.println("skipped: " + reason);
            abort(reason);
        }
    }

    @Override
    protected ProviderFactory factory() {
        return new SandboxProviderFactory();
    }

    @Override
    protected Profile profile() {
        return Profile.named("cheap", "sandbox").readiness(Readiness.none()).build();
    }

    @Override
    protected Optional<Profile> loginProfile() {
        return Optional.of(Profile.named("login", "sandbox")
                .setting("hide", List.of("/home"))
                .build());
    }

    @Override
    protected Optional<Profile> impossibleProfile() {
        return Optional.of(
                Profile.named("impossible", "sandbox").image("/no/such/system").build());
    }

    @Override
    protected Optional<List<String>> outside(MachineId machine) {
        return Optional.of(processes(machine)
                .map(process -> process.pid() + " " + process.info().command().orElse("?"))
                .toList());
    }

    @Override
    protected boolean kill(Machine machine) {
        processes(machine.ref().machine()).forEach(ProcessHandle::destroyForcibly);
        return true;
    }

    /** Those that run the script in the machine's folder, which is named after it. */
    private static Stream<ProcessHandle> processes(MachineId machine) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(machine + "/start.sh"))
                        .isPresent());
    }
}
