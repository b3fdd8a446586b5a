package dev.allocator.core.flow;

import dev.allocator.AllocationException;
import dev.allocator.AllocationFailure;
import dev.allocator.AllocatorException;
import dev.allocator.ConfigurationException;
import dev.allocator.Durations;
import dev.allocator.MachineAccessException;
import dev.allocator.NoCapacityException;
import dev.allocator.Phase;
import dev.allocator.ProvisioningException;
import dev.allocator.ReadinessTimeoutException;
import dev.allocator.StoreException;
import dev.allocator.UnknownProfileException;
import dev.allocator.core.claim.NoRoomException;
import dev.allocator.core.flow.Allocation.Stop;
import dev.allocator.core.machine.ConsoleText;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.profile.PluginMismatch;
import dev.allocator.core.readiness.GuestFailure;
import dev.allocator.core.readiness.ReadinessFailure;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns whatever went wrong in an allocation into what its caller is told. */
record Failures(
        Allocation allocation,
        Evidence evidence,
        ConsoleText console,
        @Nullable Deadline deadline,
        Optional<String> kept) {

    /** Whether there is something to look at besides the exception itself. */
    static boolean isWorthEvidence(Throwable failure, Phase phase) {
        return phase.compareTo(Phase.RESOLVE) > 0
                && !(failure instanceof ConfigurationException
                        || failure instanceof StoreException
                        || failure instanceof NoRoomException);
    }

    /** The same of a machine that is kept. */
    Failures with(Optional<String> hint) {
        return new Failures(allocation, evidence, console, deadline, hint);
    }

    AllocatorException exception(Throwable failure, @Nullable Stop stop) {
        if (stop == Stop.CANCELLED || (stop == null && failure instanceof InterruptedException)) {
            return allocation.cancelled("cancelled", failure);
        }
        if (failure instanceof NoRoomException room) {
            return new NoCapacityException(details(failure, null, room.isRetryable()), failure);
        }
        if (stop == Stop.DEADLINE && !lacksCapacity(failure)) {
            return new ReadinessTimeoutException(details(failure, stop, true), failure);
        }
        if (failure instanceof UnknownProfileException
                || failure instanceof ConfigurationException
                || failure instanceof StoreException
                || failure instanceof AllocationException) {
            return (AllocatorException) failure;
        }
        if (failure instanceof ReadinessFailure readiness) {
            return switch (readiness.reason()) {
                case DIED -> new ProvisioningException(details(failure, stop, true), failure);
                case TIMEOUT -> new ReadinessTimeoutException(details(failure, stop, true), failure);
                case REFUSED -> new ReadinessTimeoutException(details(failure, stop, false), failure);
            };
        }
        if ((failure instanceof GuestFailure && isTimeOver()) || endedByProvider(failure)) {
            return new ReadinessTimeoutException(details(failure, stop, true), failure);
        }
        if (failure instanceof ProviderException provider) {
            return switch (provider.kind()) {
                case NO_CAPACITY -> new NoCapacityException(details(failure, stop, true), failure);
                case RETRYABLE -> new ProvisioningException(details(failure, stop, true), failure);
                case FINAL -> new ProvisioningException(details(failure, stop, false), failure);
            };
        }
        return new ProvisioningException(details(failure, stop, failure instanceof MachineAccessException), failure);
    }

    /** For a caller who waits no longer, while the provider does not stop. */
    AllocatorException gaveUp(String provider) {
        String after = deadline == null ? "" : " within " + Durations.format(deadline.total());
        AllocationFailure.Builder details = AllocationFailure.builder(
                        allocation.request().profile(),
                        allocation.phase(),
                        "not ready" + after + ", and provider '" + provider
                                + "' does not stop; once it does, its machine is destroyed in the background")
                .lease(allocation.lease())
                .retryable(true);
        return new ReadinessTimeoutException(details.build(), null);
    }

    private boolean isTimeOver() {
        return deadline != null && deadline.expired();
    }

    /** Whether a provider noticed by itself that the time was over. */
    private boolean endedByProvider(Throwable failure) {
        return failure instanceof ProviderException && !lacksCapacity(failure) && isTimeOver();
    }

    /** Whether a provider said so, which is the reason also if the time was over by then. */
    private static boolean lacksCapacity(Throwable failure) {
        return failure instanceof ProviderException provider && provider.kind() == ProviderException.Kind.NO_CAPACITY;
    }

    /** What went wrong, in one line. */
    String reason(Throwable failure, @Nullable Stop stop) {
        String message = failure.getMessage();
        String reason = failure instanceof ProviderException
                        || failure instanceof NoRoomException
                        || failure instanceof ReadinessFailure
                        || failure instanceof GuestFailure
                        || failure instanceof AllocatorException
                ? String.valueOf(message)
                : PluginMismatch.explain(failure).orElseGet(() -> "unexpected " + failure);
        if ((stop == Stop.DEADLINE && !lacksCapacity(failure)) || endedByProvider(failure)) {
            String after = deadline == null ? "" : " within " + Durations.format(deadline.total());
            reason = "not ready" + after
                    + (failure instanceof ReadinessFailure || failure instanceof ProviderException
                            ? ": " + reason
                            : "");
        }
        String boot = boot(failure, stop).map(said -> "; " + said).orElse("");
        return (reason.strip() + boot).replaceAll("\\s*\\R\\s*", "; ");
    }

    /** What the console tells of the boot, if that may be the cause. */
    private Optional<String> boot(Throwable failure, @Nullable Stop stop) {
        if (allocation.phase().compareTo(Phase.CREATE) <= 0 || lacksCapacity(failure)) {
            return Optional.empty();
        }
        boolean late = stop == Stop.DEADLINE
                || (failure instanceof ReadinessFailure readiness
                        && readiness.reason() == ReadinessFailure.Reason.TIMEOUT);
        return console.panic()
                .or(() -> late && allocation.phase() == Phase.REACH ? console.standstill() : Optional.empty());
    }

    private AllocationFailure details(Throwable failure, @Nullable Stop stop, boolean retryable) {
        AllocationFailure.Builder details = AllocationFailure.builder(
                        allocation.request().profile(), allocation.phase(), reason(failure, stop))
                .lease(allocation.lease())
                .consoleTail(console.tail())
                .retryable(retryable);
        evidence.folder().ifPresent(details::evidence);
        kept.ifPresent(details::kept);
        return details.build();
    }
}
