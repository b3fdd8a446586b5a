package dev.allocator.core;

import dev.allocator.AllocationCancelledException;
import dev.allocator.AllocationFailure;
import dev.allocator.AllocationRequest;
import dev.allocator.AllocatorException;
import dev.allocator.EndReason;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.NoCapacityException;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.core.flow.Allocation;
import dev.allocator.core.flow.Turn;
import dev.allocator.core.profile.Configuration;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allocates machines together: all of them or, if one fails or the caller is interrupted, none.
 *
 * @param configuration the profiles
 * @param line groups that may want the same room take it one after the other
 * @param starter starts one allocation
 * @param ender ends a lease in the background; the future completes when that is over, however it went
 */
record AllOrNone(
        Configuration configuration,
        Turn.Line line,
        BiFunction<AllocationRequest, Turn, Allocation> starter,
        BiFunction<LeaseId, EndReason, CompletableFuture<Void>> ender) {

    private static final Logger LOG = LoggerFactory.getLogger(AllOrNone.class);

    /** How long the caller who is told of a failure waits for the others' machines to be destroyed. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    List<Lease> allocate(List<AllocationRequest> requests) {
        requireSensible(requests);
        Turn turn = requests.size() == 1 ? Turn.Line.alone() : line.next(providers(requests));
        List<Allocation> all = new ArrayList<>();
        try {
            for (AllocationRequest request : requests) {
                all.add(starter.apply(request, turn));
            }
        } catch (RuntimeException e) { // the allocator was closed meanwhile
            var unused = stop(all);
            throw e;
        }
        CompletableFuture<Optional<Allocation>> firstFailed = new CompletableFuture<>();
        for (Allocation one : all) {
            var unused = one.whenComplete((lease, failure) -> {
                if (failure != null) {
                    firstFailed.complete(Optional.of(one));
                }
            });
        }
        var unused = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenRun(() -> firstFailed.complete(Optional.empty()));
        try {
            Optional<Allocation> failed = firstFailed.get();
            if (failed.isPresent()) {
                throw failure(failed.get(), all);
            }
            return all.stream().map(Allocation::join).toList();
        } catch (InterruptedException e) {
            var unusedToo = stop(all);
            Thread.currentThread().interrupt();
            throw all.get(0).cancelled("the caller was interrupted; what was made is destroyed in the background", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("this never fails", e);
        }
    }

    private List<String> providers(List<AllocationRequest> requests) {
        return requests.stream()
                .map(request ->
                        configuration.resolve(request.profile()).profile().provider())
                .toList();
    }

    private void requireSensible(List<AllocationRequest> requests) {
        if (requests.isEmpty()) {
            throw new IllegalArgumentException("nothing is asked for: the list of requests is empty");
        }
        if (requests.size() == 1) {
            return;
        }
        Set<String> names = new HashSet<>();
        Map<String, Integer> counts = new HashMap<>();
        for (AllocationRequest request : requests) {
            Profile profile = configuration.resolve(request.profile()).profile();
            Optional<String> network = request.network().or(profile::network);
            Optional<String> name = request.name();
            if (network.isPresent() && name.isPresent() && !names.add(network.get() + "\n" + name.get())) {
                throw new IllegalArgumentException("two of the machines would be '" + name.get() + "' in network '"
                        + network.get() + "': names in a network must differ");
            }
            int count = counts.merge(profile.name(), 1, Integer::sum);
            if (profile.limit().isPresent() && count > profile.limit().getAsInt()) {
                throw new NoCapacityException(
                        AllocationFailure.builder(
                                        profile.name(),
                                        Phase.RESOLVE,
                                        "more machines of it are asked for together than its limit, which is "
                                                + profile.limit().getAsInt())
                                .build(),
                        null);
            }
        }
    }

    /** Cancels them and ends the leases of those that are ready; completes when these have ended. */
    private CompletableFuture<Void> stop(List<Allocation> allocations) {
        List<CompletableFuture<Void>> endings = new ArrayList<>();
        for (Allocation allocation : allocations) {
            if (!allocation.cancel(true) && !allocation.isCompletedExceptionally()) {
                endings.add(ender.apply(allocation.join().id(), EndReason.CANCELLED));
            }
        }
        return CompletableFuture.allOf(endings.toArray(CompletableFuture[]::new));
    }

    /** Stops the others, and tells what went wrong with the first that failed and, besides, with any of them. */
    private AllocatorException failure(Allocation first, List<Allocation> all) {
        List<Allocation> others = all.stream().filter(one -> one != first).toList();
        CompletableFuture<Void> endings = stop(others);
        AllocatorException failure = failure(first);
        Deadline patience = Deadline.in(PATIENCE);
        await(endings, patience);
        for (Allocation other : others) {
            try {
                other.awaitEnd(patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            AllocatorException another = other.isCompletedExceptionally() ? failure(other) : failure;
            if (another != failure && !(another instanceof AllocationCancelledException)) {
                failure.addSuppressed(another);
            }
        }
        return failure;
    }

    /** Whatever is not over by then goes on in the background. */
    private static void await(CompletableFuture<Void> endings, Deadline deadline) {
        try {
            endings.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.debug("leases are still ended in the background", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("this never fails", e);
        }
    }

    private static AllocatorException failure(Allocation allocation) {
        Throwable failure = allocation.handle((lease, thrown) -> thrown).join();
        if (failure instanceof CancellationException) {
            return allocation.cancelled("cancelled", failure);
        }
        return failure instanceof AllocatorException known
                ? known
                : new AllocatorException("the allocation failed unexpectedly: " + failure, failure);
    }
}
