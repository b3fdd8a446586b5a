package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderFactory;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds when the process dies that creates a machine. */
abstract class CrashPromises extends SecretPromises {

    /**
     * {@code Provider.destroy}: in any process. A JVM that creates is killed (-9) at several instants; what is visible
     * then is found by {@code list}, and {@code destroy} with the planned ref leaves nothing.
     */
    @Test
    protected void nothingIsLeftWhenItsProcessIsKilled() throws Exception {
        if (!machinesOutliveTheirJvm()) {
            throw notChecked("machines of this provider die with their JVM");
        }
        for (Duration instant : instants()) {
            boolean created = killCreatorAfter(instant);
            if (created) {
                return;
            }
        }
    }

    /** Returns whether the machine had been created before. */
    private boolean killCreatorAfter(Duration instant) throws Exception {
        ProviderBench slow = slowOrNot();
        Profile profile = slowProfile().orElseGet(this::profile);
        MachineId id = MachineId.random();
        MachinePlan plan = remember(slow.provider().plan(slow.spec(id, false)));
        MachineRef ref = plan.ref();
        boolean created;
        try (ForkedJvm fork = ForkedJvm.start(
                folder(),
                CreateProgram.class,
                CreateProgram.arguments(forkableFactory(), slow, profile, folder(), id, claim(plan)))) {
            assertThat(fork.requireLine()).isEqualTo(CreateProgram.PLANNED);
            Eventually.pause(instant);
            created = fork.hasLine();
            fork.kill();
        }
        ProviderBench fresh = another();
        try {
            if (created) {
                assertThat(fresh.provider().check(ref).state())
                        .as(SpiSentence.CREATE.broken("a machine must outlive the process that made it, unless the"
                                + " contract's machinesOutliveTheirJvm() says otherwise"))
                        .isEqualTo(State.RUNNING);
            }
            assertFoundIfVisible(ref);
            destroy(fresh, ref, SpiSentence.DESTROY_WHILE);
            awaitNothingLeft(fresh, ref, SpiSentence.DESTROY_WHILE);
        } catch (AssertionError e) {
            throw new AssertionError(
                    "The process that created a machine was killed after " + instant.toMillis() + " ms. "
                            + e.getMessage(),
                    e);
        }
        return created;
    }

    private Class<? extends ProviderFactory> forkableFactory() {
        Class<? extends ProviderFactory> factory = factory().getClass();
        if (Stream.of(factory.getDeclaredConstructors()).noneMatch(one -> one.getParameterCount() == 0)) {
            throw notChecked(
                    factory.getName() + " has no constructor without parameters, so that no other JVM can use it");
        }
        return factory;
    }
}
