package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.RealmId;
import dev.allocator.spi.Capability;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code list} and {@code check} promise. */
abstract class FindPromises extends DestroyPromises {

    /** {@code Provider.list}: machines of any realm, each with its own; destroying ours leaves theirs. */
    @Test
    protected void machinesOfOtherRealmsAreFoundAndLeftAlone() throws Exception {
        requireCapability(Capability.LIST);
        ProviderBench foreign = open(RealmId.random());
        MachinePlan theirs = plan(foreign);
        create(foreign, theirs);
        MachinePlan ours = plan();
        create(ours);

        FoundMachine found = found(bench.provider(), theirs.ref().machine())
                .orElseThrow(() -> new AssertionError(
                        SpiSentence.LIST.broken("list() does not find the machine of another realm")));
        assertTagged(found, theirs);
        found(bench.provider(), ours.ref().machine()).ifPresent(own -> assertTagged(own, ours));

        destroyCompletely(bench, ours.ref());
        assertThat(foreign.provider().check(theirs.ref()).state())
                .as(SpiSentence.DESTROY.broken("destroying our machine also hit one of another realm"))
                .isEqualTo(State.RUNNING);

        bench.provider().destroy(found.ref()); // what "cleanup --realm" does
        awaitNothingLeft(foreign, theirs.ref(), SpiSentence.DESTROY_BY_REF);
    }

    /** {@code Provider.list}: nothing of what was destroyed. */
    @Test
    protected void theListIsEmptyInTheEnd() throws Exception {
        requireCapability(Capability.LIST);
        MachinePlan one = plan();
        MachinePlan two = plan();
        create(one);
        create(two);
        assertThat(bench.provider().list())
                .as(SpiSentence.LIST.broken("list() lacks machines"))
                .extracting(found -> found.ref().machine())
                .contains(one.ref().machine(), two.ref().machine());
        destroyCompletely(bench, one.ref());
        destroyCompletely(bench, two.ref());
        assertThat(bench.provider().list().stream()
                        .filter(found -> found.realm().equals(bench.context().realm())))
                .as(SpiSentence.LIST.broken("list() finds machines of a realm that has none left"))
                .isEmpty();
    }

    /** {@code Provider.check}: two provider objects, as of two processes, see the same at any time. */
    @Test
    protected void twoProcessesSeeTheSame() throws Exception {
        ProviderBench second = another();
        MachinePlan plan = plan();
        Machine machine = create(plan);
        assertThat(second.provider().check(plan.ref()).state())
                .as(SpiSentence.REF.broken("a machine of one process is not running for another"))
                .isEqualTo(State.RUNNING);
        assertThat(second.provider().check(machine.ref()).state())
                .as(SpiSentence.REF.broken("the final ref says something else than the planned one"))
                .isEqualTo(State.RUNNING);
        destroy(second, plan.ref(), SpiSentence.DESTROY_BY_REF);
        awaitNothingLeft(bench, machine.ref(), SpiSentence.DESTROY_BY_REF);
    }

    /** {@code MachineHealth}: each state comes with a sentence for people. */
    @Test
    protected void healthIsToldInASentence() throws Exception {
        MachinePlan plan = plan();
        MachineHealth before = bench.provider().check(plan.ref());
        assertThat(before.state()).as(SpiSentence.GONE.broken("check() before")).isEqualTo(State.GONE);
        assertSentence(before.message(), SpiSentence.ERRORS, "what check() says of a machine that is not there");
        create(plan);
        assertSentence(
                bench.provider().check(plan.ref()).message(), SpiSentence.ERRORS, "what check() says of a machine");
        destroyCompletely(bench, plan.ref());
    }

    /** {@code Capability}: declared and kept, always the same. */
    @Test
    protected void capabilitiesAreHonest() throws Exception {
        Set<Capability> declared = bench.provider().capabilities();
        assertThat(another().provider().capabilities())
                .as(SpiSentence.CAPABILITY.broken("the same instance declares different things"))
                .isEqualTo(declared);
        if (!declared.contains(Capability.LIST)) {
            assertClear(catchThrowable(() -> bench.provider().list()));
        }
        MachinePlan plan = plan();
        Machine machine = create(plan);
        assertThat(machine.commands().isPresent() && !declared.contains(Capability.EXEC))
                .as(SpiSentence.COMMANDS.broken("a machine says when commands work, and EXEC is not declared"))
                .isFalse();
        assertThat(machine.console().isEmpty() && declared.contains(Capability.CONSOLE))
                .as(SpiSentence.CONSOLE.broken("CONSOLE is declared, and a machine has none"))
                .isFalse();
        destroyCompletely(bench, plan.ref());
    }
}
