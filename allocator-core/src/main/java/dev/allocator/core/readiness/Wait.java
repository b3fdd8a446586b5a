package dev.allocator.core.readiness;

import dev.allocator.Durations;
import dev.allocator.core.ssh.BannerSocket;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One caller's wait for one machine: ends at its deadline, with the machine, or by an interrupt. */
final class Wait implements AutoCloseable {

    private final LoginTarget target;
    private final Deadline deadline;
    private final CompletableFuture<String> died = new CompletableFuture<>();

    Wait(LoginTarget target, Deadline deadline) {
        this.target = target;
        this.deadline = deadline;
        var unused = target.death().thenAccept(died::complete);
    }

    LoginTarget target() {
        return target;
    }

    Deadline deadline() {
        return deadline;
    }

    void progress(String message) {
        target.progress().accept(message);
    }

    BannerSocket banner(BannerProber prober) throws InterruptedException, ReadinessFailure {
        awake();
        CompletableFuture<BannerSocket> banner = prober.await(target.address(), deadline);
        BannerSocket socket = null;
        try {
            // The prober watches the deadline and says more about it.
            socket = result(banner, Duration.ofDays(36500));
            return socket;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ReadinessFailure own ? own : closed(e);
        } catch (CancellationException | TimeoutException e) {
            throw closed(e);
        } finally {
            if (socket == null && !banner.cancel(true) && !banner.isCompletedExceptionally()) {
                banner.join().close();
            }
        }
    }

    private void awake() throws InterruptedException, ReadinessFailure {
        try {
            result(target.awake().toCompletableFuture(), deadline.remaining());
        } catch (TimeoutException e) {
            throw new ReadinessFailure(
                    ReadinessFailure.Reason.TIMEOUT,
                    "the network of " + target.address() + " did not come up within "
                            + Durations.format(deadline.total()),
                    e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a sign of life never fails", e);
        }
    }

    /** Waits for a result, but not beyond the machine's death. */
    <T> T result(CompletableFuture<T> future, Duration patience)
            throws InterruptedException, ReadinessFailure, ExecutionException, TimeoutException {
        CompletableFuture<Object> first = CompletableFuture.anyOf(future.handle((value, failure) -> ""), died);
        first.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (!future.isDone()) {
            throwIfDead();
        }
        return future.get();
    }

    /** Lets time pass, not beyond the deadline. */
    void pause(Duration duration) throws InterruptedException, ReadinessFailure {
        try {
            died.get(deadline.atMost(duration).remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a death signal never fails", e);
        }
        throwIfDead();
    }

    void throwIfDead() throws ReadinessFailure {
        String sentence = died.getNow("");
        if (!sentence.isEmpty()) {
            throw new ReadinessFailure(ReadinessFailure.Reason.DIED, sentence, null);
        }
    }

    private static ReadinessFailure closed(Exception e) {
        return new ReadinessFailure(ReadinessFailure.Reason.TIMEOUT, "the wait was ended from here", e);
    }

    /** Lets go of the machine's death signal. */
    @Override
    public void close() {
        died.complete("");
    }
}
