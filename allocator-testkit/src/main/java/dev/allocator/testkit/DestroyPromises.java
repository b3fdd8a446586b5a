package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.MachineId;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code destroy} promises. */
abstract class DestroyPromises extends CancelPromises {

    /** How long a creation may take until it does anything that can be seen from here. */
    private static final Duration BEGIN = Duration.ofSeconds(2);

    /** {@code Provider.destroy}: idempotent; a machine that is gone is success. */
    @Test
    protected void destroyingAgainIsSuccess() throws Exception {
        Machine machine = create(plan());
        destroyCompletely(bench, machine.ref());
        destroyCompletely(bench, machine.ref());
        destroyCompletely(another(), machine.ref());
    }

    /** {@code Provider.destroy}: what never was is gone as well. */
    @Test
    protected void destroyingWhatNeverWasIsSuccess() throws Exception {
        MachineRef planned = plan().ref();
        destroyCompletely(bench, planned);
        MachineId other = MachineId.random();
        destroyCompletely(bench, new MachineRef(planned.provider(), other, Map.of()));
    }

    /** {@code Provider.destroy}: a machine that died by itself is taken away like any other. */
    @Test
    protected void whatDiedCanBeDestroyed() throws Exception {
        MachinePlan plan = plan();
        Machine machine = create(plan);
        if (!kill(machine)) {
            throw notChecked("the contract's kill() is not overridden");
        }
        destroyCompletely(another(), plan.ref());
    }

    /** {@code Provider}: by many threads at once, also for the same machine. */
    @Test
    protected void manyMayDestroyAtOnce() throws Exception {
        MachineRef ref = create(plan()).ref();
        List<FutureTask<@Nullable Void>> calls = new ArrayList<>();
        for (ProviderBench by : List.of(bench, bench, another())) {
            FutureTask<@Nullable Void> call = new FutureTask<>(() -> {
                by.provider().destroy(ref);
                return null;
            });
            calls.add(call);
            Thread thread = new Thread(call, "allocator-contract-destroy");
            thread.setDaemon(true);
            thread.start();
        }
        for (FutureTask<@Nullable Void> call : calls) {
            try {
                call.get(createLimit().toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError(
                        SpiSentence.DESTROY.broken("two destroyed the machine at once and one of them failed"),
                        e.getCause());
            }
        }
        destroyCompletely(bench, ref);
    }

    /**
     * {@code Provider.destroy}: works while the same machine is being created, here by another provider object;
     * afterwards nothing of the machine may appear any more. The machine's creation counts as under way once it has
     * asked for the machine's folder, recorded something or told of progress.
     */
    @Test
    protected void destroyingStopsACreation() throws Exception {
        AtomicReference<Runnable> begun = new AtomicReference<>(() -> {});
        ProviderBench slow = open(describe(
                        slowProfile().orElseGet(this::profile), slowProfile().isPresent() ? slowSettings() : settings())
                .realm(bench.context().realm())
                .around(given -> new WatchedContext(
                        given,
                        given.processes(),
                        machine -> Objects.requireNonNull(begun.get()).run())));
        for (Duration instant : instants()) {
            CountDownLatch latch = new CountDownLatch(1);
            begun.set(latch::countDown);
            MachinePlan plan = plan(slow);
            ContractCreation creation = creation(plan);
            creation.onFirstWord(latch::countDown);
            CreateAttempt attempt = CreateAttempt.start(slow.provider(), plan, creation);
            latch.await(BEGIN.toMillis(), TimeUnit.MILLISECONDS);
            Eventually.pause(instant);
            boolean late = attempt.isOver();

            bench.destroy(plan.ref());

            String when = "destroyed " + instant.toMillis() + " ms after its creation began";
            attempt.awaitEnd(
                    createLimit(), SpiSentence.DESTROY_WHILE.broken("create does not end; the machine was " + when));
            @Nullable Throwable failure = attempt.failure();
            if (failure != null) {
                assertClear(failure);
            }
            try {
                awaitNothingLeft(bench, plan.ref(), SpiSentence.DESTROY_WHILE);
            } catch (AssertionError e) {
                throw new AssertionError("A machine was " + when + ". " + e.getMessage(), e);
            }
            if (late) {
                return;
            }
        }
    }

    /** {@code Provider.destroy}: an interrupted caller gets it done, or an error; nothing is half said. */
    @Test
    protected void anInterruptedDestroyIsHonest() throws Exception {
        MachineRef ref = create(plan()).ref();
        Thread.currentThread().interrupt();
        @Nullable Throwable failure = catchThrowable(() -> bench.destroy(ref));
        assertThat(Thread.interrupted())
                .as(SpiSentence.DESTROY.broken("destroy swallowed the interrupt of its thread"))
                .isTrue();
        if (failure == null) {
            awaitNothingLeft(bench, ref, SpiSentence.DESTROY_FAILS);
        } else {
            assertClear(failure);
        }
        destroyCompletely(bench, ref);
    }

    /** {@code Provider.destroy} throws if something is left: who cannot see processes must not say that none is left. */
    @Test
    protected void whoCannotLookDoesNotSayGone() throws Exception {
        MachinePlan plan = plan();
        create(plan);
        ProviderBench blind = open(describe(profile(), settings())
                .realm(bench.context().realm())
                .around(given -> new WatchedContext(given, WatchedContext.BLIND, machine -> {})));
        assertHonest(blind, plan);
    }

    /** {@code Provider.check} throws if it cannot know, which is different from gone; so does {@code destroy}. */
    @Test
    protected void whoCannotReachItsHostDoesNotSayGone() throws Exception {
        Map<String, Object> unreachable = require(
                unreachableSettings(), "unreachableSettings()", "; it need not be if machines are on this host only");
        MachinePlan plan = plan();
        create(plan);
        assertHonest(open(describe(profile(), unreachable).realm(bench.context().realm())), plan);
    }

    private void assertHonest(ProviderBench blind, MachinePlan plan) throws Exception {
        AtomicReference<@Nullable State> said = new AtomicReference<>();
        @Nullable
        Throwable failure =
                catchThrowable(() -> said.set(blind.provider().check(plan.ref()).state()));
        if (failure == null) {
            assertThat(said.get())
                    .as(SpiSentence.CHECK.broken("check() of a machine that runs, by a provider that cannot look"))
                    .isEqualTo(State.RUNNING);
        } else {
            assertClear(failure);
        }
        failure = catchThrowable(() -> blind.destroy(plan.ref()));
        if (failure == null) {
            awaitNothingLeft(bench, plan.ref(), SpiSentence.DESTROY_FAILS);
        } else {
            assertClear(failure);
        }
        destroyCompletely(bench, plan.ref());
    }
}
