package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.allocator.Credentials;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** That the promises fail for providers that break them, and say so. */
class ProviderContractFindsBugsTest {

    private static final ThreadLocal<Class<? extends Bug>> TESTED = new ThreadLocal<>();

    static Stream<Arguments> bugs() {
        return BrokenProviders.ALL.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(bug -> Arguments.of(bug.getKey(), bug.getValue()));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void aBrokenPromiseIsNoticed(String promise, Class<? extends Bug> bug) {
        List<Failure> failures = run(promise, bug);
        assertThat(failures).as(promise + " with " + bug.getSimpleName()).hasSize(1);
        assertThat(failures.get(0).getException())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the SPI says in");
    }

    static List<Failure> run(String promise, Class<? extends Bug> bug) {
        TESTED.set(bug);
        try {
            Launcher launcher = LauncherFactory.create();
            SummaryGeneratingListener summary = new SummaryGeneratingListener();
            launcher.execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(selectMethod(Contract.class, promise))
                            .build(),
                    summary);
            assertThat(summary.getSummary().getTestsStartedCount()).isEqualTo(1);
            return summary.getSummary().getFailures();
        } finally {
            TESTED.remove();
        }
    }

    static class Contract extends ProviderContract.V1 {

        private final InProcessHost host = new InProcessHost();

        @Override
        protected ProviderFactory factory() {
            return Bug.factory(TESTED.get(), host);
        }

        @Override
        Duration soon() {
            return Duration.ofSeconds(2);
        }

        @Override
        protected Profile profile() {
            return demo("cheap").readiness(Readiness.none()).build();
        }

        private static Profile.Builder demo(String name) {
            return Profile.named(name, "broken").login(Credentials.password("tester", Secret.of("canary-Tweet7")));
        }

        @Override
        protected Optional<Profile> slowProfile() {
            return Optional.of(demo("slow").setting("create-takes", "500ms").build());
        }

        @Override
        protected Optional<Profile> loginProfile() {
            return Optional.of(Profile.named("login", "broken")
                    .timeout(Duration.ofSeconds(5))
                    .build());
        }

        @Override
        protected Optional<Profile> execProfile() {
            return Optional.of(demo("exec").setting("commands-after", "0s").build());
        }

        @Override
        protected Optional<List<String>> outside(MachineId machine) {
            return Optional.of(host.machine(machine).stream()
                    .map(found -> found.address().toString())
                    .toList());
        }

        @Override
        protected boolean kill(Machine machine) {
            host.machine(machine.ref().machine()).orElseThrow().die("the test killed it");
            return true;
        }
    }
}
