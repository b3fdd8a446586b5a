package dev.allocator.lxd;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.testkit.ProviderContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** Real containers in a real LXD. */
@Timeout(600)
class LxdProviderContractTest extends ProviderContract.V1 {

    private static LxdHost host;

    @BeforeAll
    static void openHost() {
        host = LxdHost.require();
    }

    @AfterAll
    static void closeHost() {
        host.close();
    }

    @Override
    protected ProviderFactory factory() {
        return new LxdProviderFactory();
    }

    @Override
    protected Map<String, Object> settings() {
        return host.settings();
    }

    @Override
    protected Duration createLimit() {
        return Duration.ofMinutes(2);
    }

    @Override
    protected Profile profile() {
        return host.container("cheap").readiness(Readiness.none()).build();
    }

    /** LXD itself takes its time: it runs this program before the container's first. */
    @Override
    protected Optional<Profile> slowProfile() {
        return Optional.of(host.container("slow")
                .readiness(Readiness.none())
                .setting("config", Map.of("raw.lxc", "lxc.hook.pre-start = /bin/sleep 3"))
                .build());
    }

    @Override
    protected Optional<Profile> impossibleProfile() {
        return Optional.of(host.container("impossible").image("no/such:image").build());
    }

    @Override
    protected Optional<Profile> loginProfile() {
        return Optional.of(host.container("login").build());
    }

    @Override
    protected Optional<Profile> execProfile() {
        return loginProfile();
    }

    @Override
    protected Optional<List<String>> outside(MachineId machine) {
        return Optional.of(host.outside(machine)
                .map(instance -> List.of("instance " + instance.path("name").asText()))
                .orElse(List.of()));
    }

    @Override
    protected boolean kill(Machine machine) {
        host.delete(machine.attributes().get("instance"));
        return true;
    }

    @Override
    protected Optional<Map<String, Object>> unreachableSettings() {
        return Optional.of(Map.of("socket", folder().resolve("nobody").toString(), "project", host.project()));
    }
}
