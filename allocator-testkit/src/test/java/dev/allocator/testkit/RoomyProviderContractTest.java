package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.spi.Claim;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Place;
import dev.allocator.spi.ProviderException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the contract gives machines room at the places of their plans, and each its own. */
class RoomyProviderContractTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "placesAreApart",
                "aPlanSaysWhatItTakes",
                "creatingAgainUsesTheMachine",
                "machinesCreatedAtOnceAreApart",
                "everyRefDestroysTheMachine",
                "destroyingStopsACreation",
                "theEngineCanUseIt"
            })
    void aProviderWithPlacesKeepsThePromises(String promise) {
        assertThat(ProviderContractFindsBugsTest.run(promise, Roomy.class)).isEmpty();
    }

    /** Not broken at all: it has two places, and insists on exclusive room. */
    static class Roomy extends Bug {

        private static final Map<Claim, MachineRef> TAKEN = new ConcurrentHashMap<>();

        @Override
        public MachinePlan plan(MachineSpec spec) throws ProviderException {
            MachinePlan plan = super.plan(spec);
            return new MachinePlan(
                    spec,
                    plan.ref(),
                    Map.of("SLOT", 1L),
                    List.of(new Place("a", Map.of("SLOT", 1L)), new Place("b", Map.of("SLOT", 2L))),
                    plan.description());
        }

        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            Claim claim = creation.claim().orElseThrow(() -> new ProviderException("no room was given"));
            MachineRef other = TAKEN.putIfAbsent(claim, plan.ref());
            if (other != null && !other.machine().equals(plan.ref().machine())) {
                throw new ProviderException("the room " + claim + " is another machine's");
            }
            return super.create(plan, creation);
        }

        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            super.destroy(ref);
            TAKEN.values().removeIf(taken -> taken.machine().equals(ref.machine()));
        }
    }
}
