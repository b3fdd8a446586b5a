package dev.allocator.testkit;

import dev.allocator.Credentials;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class InProcessProviderContractTest extends ProviderContract.V1 {

    private final InProcessHost host = new InProcessHost();

    @AfterEach
    void close() {
        host.close();
    }

    @Override
    protected ProviderFactory factory() {
        return new InProcessProviderFactory(host);
    }

    @Override
    protected Profile profile() {
        return demo("cheap").readiness(Readiness.none()).build();
    }

    private static Profile.Builder demo(String name) {
        return Profile.named(name, "in-process").login(Credentials.password("tester", Secret.of("canary-Tweet7")));
    }

    @Override
    protected Optional<Profile> slowProfile() {
        return Optional.of(demo("slow").setting("create-takes", "2s").build());
    }

    @Override
    protected Optional<Profile> impossibleProfile() {
        return Optional.of(demo("impossible").setting("fault", "plan-fails").build());
    }

    @Override
    protected Optional<Profile> loginProfile() {
        return Optional.of(Profile.named("login", "in-process")
                .setting("located-after", "200ms")
                .build());
    }

    @Override
    protected Optional<Profile> execProfile() {
        return Optional.of(demo("exec").setting("commands-after", "200ms").build());
    }

    @Override
    protected Optional<List<String>> outside(MachineId machine) {
        return Optional.of(host.machine(machine).stream()
                .map(found -> "SSH server at " + found.address())
                .toList());
    }

    @Override
    protected boolean kill(Machine machine) {
        host.machine(machine.ref().machine()).orElseThrow().die("the test killed it");
        return true;
    }

    @Override
    protected boolean machinesOutliveTheirJvm() {
        return false;
    }
}
