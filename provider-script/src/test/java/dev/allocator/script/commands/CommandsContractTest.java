package dev.allocator.script.commands;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.script.Requirement;
import dev.allocator.script.ScriptProviderFactory;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.testkit.ProviderContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;

/** The example of COMMANDS.md is a provider like any other. */
@Timeout(300)
class CommandsContractTest extends ProviderContract.V1 {

    @Override
    protected ProviderFactory factory() {
        return new ScriptProviderFactory();
    }

    @Override
    protected Map<String, Object> settings() {
        return Cloud.in(folder()).settings();
    }

    @Override
    protected Profile profile() {
        return Profile.named("cheap", "cloud")
                .image("none")
                .readiness(Readiness.none())
                .build();
    }

    @Override
    protected Optional<Profile> slowProfile() {
        return Optional.of(profile());
    }

    @Override
    protected Map<String, Object> slowSettings() {
        return Cloud.in(folder()).settings("SLOW=1", "LATE=1");
    }

    @Override
    protected Optional<Profile> impossibleProfile() {
        return Optional.of(
                Profile.named("impossible", "cloud").setting("user", "No User").build());
    }

    @Override
    protected Optional<Profile> loginProfile() {
        Requirement.program("sshd");
        Requirement.program("ssh-keygen");
        Requirement.require(Files.isWritable(Path.of("/run")), "root, as sshd has to change users");
        return Optional.of(Profile.named("login", "cloud").image("sshd").build());
    }

    @Override
    protected Optional<List<String>> outside(MachineId machine) {
        return Optional.of(Cloud.in(folder()).machines(machine.value()));
    }

    @Override
    protected Optional<Map<String, Object>> unreachableSettings() {
        Map<String, Object> settings = Cloud.in(folder()).settings();
        List.of("create", "destroy", "list", "check")
                .forEach(action -> settings.put(action, "echo 'the cloud does not answer' >&2; exit 1"));
        return Optional.of(settings);
    }
}
