package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Profile;
import dev.allocator.spi.Capability;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code create} promises when it is to stop. */
abstract class CancelPromises extends CreatePromises {

    private static final Duration SHORT = Duration.ofMillis(300);

    /** How long after its deadline or an interrupt a creation may still be busy with giving up. */
    private static final Duration GIVING_UP = Duration.ofSeconds(5);

    /** {@code CreateContext.deadline}: when it passes, a slow creation ends, with a clear sentence. */
    @Test
    protected void theDeadlineIsObeyed() throws Exception {
        Profile profile =
                require(slowProfile(), "slowProfile()", "; it need not be if no creation ever takes two seconds");
        ProviderBench slow =
                open(describe(profile, slowSettings()).realm(bench.context().realm()));
        MachinePlan plan = plan(slow);
        CreateAttempt attempt = CreateAttempt.start(slow.provider(), plan, ContractCreation.within(SHORT, claim(plan)));
        attempt.awaitEnd(
                SHORT.plus(GIVING_UP), SpiSentence.DEADLINE.broken("create goes on long after its deadline passed"));
        @Nullable Throwable failure = attempt.failure();
        if (failure == null) {
            throw new AssertionError(SpiSentence.DEADLINE.broken("create took the machine's time, not its deadline"));
        }
        assertClear(failure);
        assertFoundIfVisible(plan.ref());
        destroy(bench, plan.ref(), SpiSentence.DESTROY_ENGINE);
        awaitNothingLeft(bench, plan.ref(), SpiSentence.DESTROY_ENGINE);
    }

    /** {@code CreateContext.deadline}: one that passed already leaves nothing behind that destroy cannot take away. */
    @Test
    protected void aDeadlineThatPassedIsNoTrap() throws Exception {
        MachinePlan plan = plan();
        CreateAttempt attempt =
                CreateAttempt.start(bench.provider(), plan, ContractCreation.within(Duration.ZERO, claim(plan)));
        attempt.awaitEnd(createLimit(), SpiSentence.DEADLINE.broken("create with no time left does not end"));
        @Nullable Throwable failure = attempt.failure();
        if (failure != null) {
            assertClear(failure);
        }
        destroy(bench, plan.ref(), SpiSentence.DESTROY_ENGINE);
        awaitNothingLeft(bench, plan.ref(), SpiSentence.DESTROY_ENGINE);
    }

    /**
     * {@code Provider.create}: interrupted at any instant, it throws {@code InterruptedException} soon or has
     * succeeded; {@code destroy} then leaves nothing.
     */
    @Test
    protected void anInterruptStopsItInEveryPhase() throws Exception {
        ProviderBench slow = slowOrNot();
        for (Duration instant : instants()) {
            MachinePlan plan = plan(slow);
            CreateAttempt attempt = CreateAttempt.start(slow.provider(), plan, creation(plan));
            Eventually.pause(instant);
            boolean late = attempt.isOver();
            attempt.interrupt();
            String when = "create was interrupted after " + instant.toMillis() + " ms";
            attempt.awaitEnd(GIVING_UP, SpiSentence.CREATE_STOPS.broken(when + " and goes on"));
            @Nullable Throwable failure = attempt.failure();
            if (failure != null) {
                assertThat(failure)
                        .as(SpiSentence.CREATE_STOPS.broken(when + " and threw something else"))
                        .isInstanceOf(InterruptedException.class);
            }
            assertFoundIfVisible(plan.ref());
            destroy(bench, plan.ref(), SpiSentence.DESTROY_ENGINE);
            awaitNothingLeft(bench, plan.ref(), SpiSentence.DESTROY_ENGINE);
            if (late) {
                return;
            }
        }
    }

    /** A creation that failed may leave things, if they are tagged. */
    void assertFoundIfVisible(MachineRef ref) throws Exception {
        List<String> visible = visible(ref.machine());
        if (can(Capability.LIST)
                && !visible.isEmpty()
                && found(bench.provider(), ref.machine()).isEmpty()) {
            // What is about to vanish may do so between two looks.
            assertThat(visible(ref.machine()))
                    .as(SpiSentence.TAGS.broken("list() does not find what a failed creation left"))
                    .isEmpty();
        }
    }
}
