package dev.allocator.core.flow;

import dev.allocator.AllocatorException;
import dev.allocator.EndReason;
import dev.allocator.Keep;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.StoreException;
import dev.allocator.core.lease.LeaseHandle;
import dev.allocator.core.lease.MachineSecrets;
import dev.allocator.core.machine.ConsoleText;
import dev.allocator.core.machine.EventLog;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of an allocation that failed: what it made is destroyed, unless it is to be kept, its records end, and what may
 * tell the cause is collected before.
 */
record FailedAllocation(
        FlowServices services,
        Allocation allocation,
        Evidence evidence,
        EventLog log,
        PhaseClock phases,
        Keep keep,
        @Nullable Deadline deadline,
        Remains remains) {

    /** Does it, and says what went wrong. */
    AllocatorException cleanUp(Throwable failure) {
        Allocation.Stop stop = allocation.beginCleaning();
        boolean cancelled = stop == Allocation.Stop.CANCELLED || isEndedByOthers();
        Failures failures = new Failures(allocation, evidence, ConsoleText.NONE, deadline, Optional.empty());
        Optional<String> kept = Optional.empty();
        Optional<Throwable> besides = Optional.empty();
        try {
            if (!cancelled) {
                saveLogs();
            }
            failures = new Failures(allocation, evidence, remains.console(), deadline, Optional.empty());
            if (!cancelled && Failures.isWorthEvidence(failure, allocation.phase())) {
                String reason = failures.reason(failure, stop);
                keepEvidence(reason);
                kept = keep == Keep.NEVER ? kept : keep(reason);
            }
        } catch (RuntimeException | Error e) { // the machine has to go nevertheless
            besides = Optional.of(e);
        }
        if (remains.preparation() != null) {
            remains.preparation().close();
        }
        AllocatorException exception = cancelled && stop != Allocation.Stop.CANCELLED
                ? allocation.cancelled("the lease was discarded meanwhile", failure)
                : failures.with(kept).exception(failure, stop);
        besides.ifPresent(exception::addSuppressed);
        if (kept.isPresent()) {
            return exception;
        }
        try {
            destroy(cancelled ? EndReason.CANCELLED : EndReason.FAILED, exception.getMessage());
        } catch (ProviderException | RuntimeException | Error e) {
            exception.addSuppressed(e);
        }
        return exception;
    }

    private boolean isEndedByOthers() {
        try {
            return allocation.phase().compareTo(Phase.RECORD) > 0
                    && services.leases().isOver(allocation.lease());
        } catch (StoreException e) {
            return false; // then it is a failure of the store, which destroying will meet again
        }
    }

    /** Also if only its creation failed: it may be half there. */
    private void saveLogs() {
        if (remains.isRecorded() && remains.provider() != null) {
            new LastWords(services.workers(), LastWords.PATIENCE).save(remains.provider(), remains.ref());
        }
    }

    private void keepEvidence(String reason) {
        Profile profile = remains.profile();
        log.open();
        log.add("failed: " + reason);
        evidence.collect(services.layout().machine(profile.provider(), remains.machine()), reason + "\n");
        if (remains.preparation() == null || profile.collect().isEmpty()) {
            return;
        }
        Optional<GuestShell> shell = remains.preparation().shell();
        if (shell.isPresent() && !remains.isDead()) {
            Collecting.run(profile.collect(), shell.get(), evidence, log);
        } else {
            log.add("nothing was collected from the machine, as nobody can get in");
        }
    }

    private Optional<String> keep(String reason) {
        if (remains.preparation() == null || remains.isDead()) {
            return Optional.empty();
        }
        Duration ttl = allocation.request().ttl().or(remains.profile()::ttl).orElse(LeaseHandle.KEPT_TTL);
        Optional<String> kept =
                new Keeping(services, allocation, ttl).keep(remains.preparation(), reason, phases.durations());
        kept.ifPresent(log::add);
        return kept;
    }

    private void destroy(EndReason reason, @Nullable String message) throws ProviderException {
        if (remains.isRecorded()) {
            discard(reason, message);
        } else if (remains.intent() != null) {
            remains.intent().forget();
        }
    }

    private void discard(EndReason reason, @Nullable String message) throws ProviderException {
        boolean found = services.discarder()
                .discard(allocation.lease(), reason, message, lease -> lease.withPhases(phases.durations()));
        if (!found) { // someone else ended the lease, maybe before the machine came to be
            services.discarder().destroy(remains.ref(), Objects.requireNonNull(remains.provider()));
            MachineSecrets.delete(services.store(), remains.machine());
        }
    }
}
