package dev.allocator.core.readiness;

import dev.allocator.Durations;
import dev.allocator.spi.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a provider tells of a machine later. */
public final class Await {

    private Await() {}

    /**
     * Waits until a stage completes, but not beyond the machine's death. What has come already counts, also of a machine
     * that is dead.
     *
     * @param death completes with one sentence when the machine dies by itself
     * @param lacking what the machine did not do if the deadline passes, such as "the machine got no address"
     * @throws ReadinessFailure if the machine died or the deadline passed
     */
    public static <T> T stage(
            CompletionStage<T> stage, CompletionStage<String> death, Deadline deadline, String lacking)
            throws ReadinessFailure, InterruptedException {
        CompletableFuture<T> first = new CompletableFuture<>();
        var unused = stage.whenComplete((value, failure) -> {
            if (failure == null) {
                first.complete(value);
            } else {
                first.completeExceptionally(failure);
            }
        });
        var unusedToo = death.thenAccept(sentence ->
                first.completeExceptionally(new ReadinessFailure(ReadinessFailure.Reason.DIED, sentence, null)));
        try {
            return first.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ReadinessFailure(
                    ReadinessFailure.Reason.TIMEOUT, lacking + " within " + Durations.format(deadline.total()), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReadinessFailure died) {
                throw died;
            }
            throw new IllegalStateException("a provider's stages never fail, but one did: " + e.getCause(), e);
        }
    }
}
