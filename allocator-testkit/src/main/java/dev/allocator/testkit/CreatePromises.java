package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.HostAndPort;
import dev.allocator.StoreException;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Claim;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code create} promises if nobody disturbs it. */
abstract class CreatePromises extends PlanPromises {

    private static final int MANY = 3;

    /** {@code Provider.create}: creates the planned machine and starts it. */
    @Test
    protected void aMachineIsCreatedAndRuns() throws Exception {
        MachinePlan plan = plan();
        Machine machine = create(plan);
        assertExtends(machine.ref(), plan.ref());
        assertThat(bench.provider().check(machine.ref()).state())
                .as(SpiSentence.CREATE.broken("check() of a machine that was just created"))
                .isEqualTo(State.RUNNING);
        assertThat(outside(plan.ref().machine()))
                .as(SpiSentence.CREATE.broken("outside() sees nothing of a machine that runs: the hook is wrong"))
                .satisfiesAnyOf(
                        seen -> assertThat(seen).isEmpty(),
                        seen -> assertThat(seen.orElseThrow()).isNotEmpty());
        assertThat(machine.death().toCompletableFuture())
                .as(SpiSentence.DEATH.broken("the machine runs and is said to be dead"))
                .isNotDone();
        destroyCompletely(bench, machine.ref());
    }

    static void assertExtends(MachineRef ref, MachineRef planned) {
        assertThat(ref.machine())
                .as(SpiSentence.REF.broken("the machine's id changed"))
                .isEqualTo(planned.machine());
        assertThat(ref.provider())
                .as(SpiSentence.REF.broken("the instance changed"))
                .isEqualTo(planned.provider());
        assertThat(ref.data())
                .as(SpiSentence.REF.broken("a ref may get additions, but names must stay as they were planned"))
                .containsAllEntriesOf(planned.data());
    }

    /** {@code Provider.create}: a machine of this id that exists is used, also one that another process made. */
    @Test
    protected void creatingAgainUsesTheMachine() throws Exception {
        MachinePlan plan = plan();
        Machine first = create(plan);
        Machine second = create(plan);
        Machine third = create(another(), plan);
        for (Machine again : List.of(second, third)) {
            assertThat(again.address())
                    .as(SpiSentence.CREATE_IDEMPOTENT.broken("creating again gave a machine with another address"))
                    .isEqualTo(first.address());
            assertThat(again.ref())
                    .as(SpiSentence.CREATE_IDEMPOTENT.broken("creating again gave another ref"))
                    .isEqualTo(first.ref());
            assertThat(again.login().equals(first.login()))
                    .as(SpiSentence.CREATE_IDEMPOTENT.broken("creating again gave another log-in"))
                    .isTrue();
        }
        assertListedOnce(plan.ref());
        destroyCompletely(bench, first.ref());
    }

    /** {@code Machine.login}: only with {@code LOGIN}, as the engine decides by that whether to plant a key. */
    @Test
    protected void aLogInOfItsOwnIsDeclared() throws Exception {
        Machine machine = create(plan());
        assertThat(machine.login().isPresent() && !can(Capability.LOGIN))
                .as(SpiSentence.LOGIN.broken("a machine came with a log-in, and LOGIN is not declared"))
                .isFalse();
        destroyCompletely(bench, machine.ref());
    }

    /** {@code Provider}: by many threads at once, also for the same machine; {@code create} is idempotent. */
    @Test
    protected void creatingTwiceAtOnceMakesOneMachine() throws Exception {
        ProviderBench slow = slowOrNot();
        MachinePlan plan = plan(slow);
        List<CreateAttempt> attempts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            attempts.add(CreateAttempt.start(slow.provider(), plan, creation(plan)));
        }
        Set<Optional<HostAndPort>> addresses = new HashSet<>();
        for (CreateAttempt attempt : attempts) {
            attempt.awaitEnd(createLimit(), SpiSentence.THREADS.broken("two threads block each other in create"));
            addresses.add(attempt.require().address());
        }
        assertThat(addresses)
                .as(SpiSentence.CREATE_IDEMPOTENT.broken("two threads got different machines"))
                .hasSize(1);
        assertListedOnce(plan.ref());
        destroyCompletely(bench, plan.ref());
    }

    private void assertListedOnce(MachineRef ref) throws Exception {
        if (can(Capability.LIST)) {
            assertThat(bench.provider().list().stream()
                            .filter(found -> found.ref().machine().equals(ref.machine())))
                    .as(SpiSentence.CREATE_IDEMPOTENT.broken("list() finds the machine not exactly once"))
                    .hasSize(1);
        }
    }

    /** {@code Provider}: machines of many threads are apart, and destroying one leaves the others. */
    @Test
    protected void machinesCreatedAtOnceAreApart() throws Exception {
        List<CreateAttempt> attempts = new ArrayList<>();
        List<String> owners = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            MachinePlan plan = plan();
            owners.add(claim(plan).map(Claim::place).orElse(plan.ref().machine().value()));
            attempts.add(CreateAttempt.start(bench.provider(), plan, creation(plan)));
        }
        List<Machine> machines = new ArrayList<>();
        for (CreateAttempt attempt : attempts) {
            attempt.awaitEnd(createLimit(), SpiSentence.THREADS.broken("creating several machines takes too long"));
            machines.add(attempt.require());
        }
        Map<HostAndPort, String> addresses = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            String owner = owners.get(i); // two machines of one place may share what is there
            machines.get(i)
                    .address()
                    .ifPresent(address -> assertThat(addresses.merge(address, owner, (known, again) -> known))
                            .as(SpiSentence.THREADS.broken("two machines share an address"))
                            .isEqualTo(owner));
        }
        destroyCompletely(bench, machines.get(0).ref());
        for (Machine other : machines.subList(1, MANY)) {
            assertThat(bench.provider().check(other.ref()).state())
                    .as(SpiSentence.DESTROY.broken("destroying a machine also hit another one"))
                    .isEqualTo(State.RUNNING);
        }
        for (Machine other : machines.subList(1, MANY)) {
            destroyCompletely(bench, other.ref());
        }
    }

    /** {@code MachineTags}: from the first moment; whatever can be seen of a machine, {@code list} finds it too. */
    @Test
    protected void aMachineIsFoundFromItsFirstMomentOn() throws Exception {
        requireCapability(Capability.LIST);
        ProviderBench slow = slowOrNot();
        ProviderBench observer = another();
        MachinePlan plan = plan(slow);
        CreateAttempt attempt = CreateAttempt.start(slow.provider(), plan, creation(plan));
        while (!attempt.isOver()) {
            List<String> visible = visible(plan.ref().machine()); // first, as more may appear meanwhile
            @Nullable
            FoundMachine found =
                    found(observer.provider(), plan.ref().machine()).orElse(null);
            assertThat(visible.isEmpty() || found != null)
                    .as(SpiSentence.TAGS.broken("list() does not find what exists already: " + visible))
                    .isTrue();
            if (found != null) {
                assertTagged(found, plan);
            }
        }
        attempt.require();
        FoundMachine found = found(observer.provider(), plan.ref().machine())
                .orElseThrow(() -> new AssertionError(SpiSentence.LIST.broken("list() does not find the machine")));
        assertTagged(found, plan);
        assertThat(found.owner())
                .as(SpiSentence.TAGS.broken("the owner"))
                .contains(plan.spec().tags().owner());
        assertThat(found.expires())
                .as(SpiSentence.TAGS.broken("the expiry"))
                .isEqualTo(plan.spec().tags().expires());
        assertSentence(found.description(), SpiSentence.LIST, "the description of a found machine");
        destroyCompletely(observer, found.ref());
    }

    /** Owner and expiry are hints: they may be missing for a moment, but are never wrong. */
    static void assertTagged(FoundMachine found, MachinePlan plan) {
        assertThat(found.realm())
                .as(SpiSentence.TAGS.broken("the realm"))
                .isEqualTo(plan.spec().tags().realm());
        assertThat(found.ref().provider())
                .as(SpiSentence.LIST.broken("the instance of a found machine"))
                .isEqualTo(plan.ref().provider());
        found.owner()
                .ifPresent(owner -> assertThat(owner)
                        .as(SpiSentence.TAGS.broken("the owner"))
                        .isEqualTo(plan.spec().tags().owner()));
        found.expires()
                .ifPresent(expires -> assertThat(plan.spec().tags().expires())
                        .as(SpiSentence.TAGS.broken("the expiry"))
                        .contains(expires));
    }

    /** {@code MachineRef}: the plan's ref, each that was recorded midway, the last and the found one destroy it. */
    @Test
    protected void everyRefDestroysTheMachine() throws Exception {
        int recorded = 0;
        for (int which = -1; which <= recorded + 1; which++) {
            MachinePlan plan = plan();
            ContractCreation creation = creation(plan);
            Machine machine = bench.provider().create(plan, creation);
            recorded = creation.recorded().size();
            List<MachineRef> refs = new ArrayList<>(List.of(plan.ref()));
            refs.addAll(creation.recorded());
            refs.add(machine.ref());
            for (int i = 1; i < refs.size(); i++) {
                assertExtends(refs.get(i), refs.get(i - 1));
                assertFitsIntoARecord(refs.get(i));
            }
            if (which < 0 && !can(Capability.LIST)) {
                destroyCompletely(bench, plan.ref());
                continue;
            }
            MachineRef ref = which < 0
                    ? found(bench.provider(), plan.ref().machine())
                            .orElseThrow()
                            .ref()
                    : refs.get(which);
            destroy(another(), ref, SpiSentence.DESTROY_BY_REF);
            awaitNothingLeft(bench, plan.ref(), SpiSentence.DESTROY_BY_REF);
        }
    }

    /** {@code CreateContext.record}: before what is named comes to be; if that fails, nothing can be let loose. */
    @Test
    protected void whatCannotBeRecordedIsNotLeft() throws Exception {
        MachinePlan plan = plan();
        ContractCreation failing =
                new ContractCreation(Deadline.in(createLimit()), Optional.empty(), claim(plan), ref -> {
                    throw new StoreException("the contract's store is full", null);
                });
        CreateAttempt attempt = CreateAttempt.start(bench.provider(), plan, failing);
        attempt.awaitEnd(createLimit(), SpiSentence.RECORD.broken("create does not end"));
        if (attempt.machine().isPresent()) {
            destroyCompletely(bench, plan.ref());
            throw notChecked("the provider records nothing midway");
        }
        destroy(bench, plan.ref(), SpiSentence.RECORD); // with the planned ref: it is all that is known
        awaitNothingLeft(bench, plan.ref(), SpiSentence.RECORD);
    }

    /** {@code ProviderContext.directory}: in the state directory, a machine leaves files in its own folder only. */
    @Test
    protected void onlyItsOwnFolderIsTouched() throws Exception {
        MachinePlan plan = plan();
        create(plan);
        Path own = bench.context().directoryPath(plan.ref().machine());
        assertThat(stateFiles())
                .as(SpiSentence.DIRECTORY.broken("there are files elsewhere in the state directory"))
                .allMatch(file -> file.startsWith(own));
        destroyCompletely(bench, plan.ref());
        assertThat(stateFiles())
                .as(SpiSentence.DESTROY.broken("files are left"))
                .isEmpty();
    }
}
