package dev.allocator.script.commands;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.script.ScriptProviderFactory;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.testkit.ProviderContract;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;

/** The example of COMMANDS.md with nothing but {@code create} and {@code destroy}. */
@Timeout(300)
class BareCommandsContractTest extends ProviderContract.V1 {

    @Override
    protected ProviderFactory factory() {
        return new ScriptProviderFactory();
    }

    @Override
    protected Map<String, Object> settings() {
        Map<String, Object> settings = Cloud.in(folder()).settings();
        settings.keySet().removeAll(List.of("list", "check"));
        return settings;
    }

    @Override
    protected Profile profile() {
        return Profile.named("cheap", "cloud")
                .image("none")
                .readiness(Readiness.none())
                .build();
    }

    @Override
    protected Optional<List<String>> outside(MachineId machine) {
        return Optional.of(Cloud.in(folder()).machines(machine.value()));
    }
}
