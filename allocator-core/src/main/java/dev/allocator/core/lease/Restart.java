package dev.allocator.core.lease;

import dev.allocator.AllocationFailure;
import dev.allocator.Durations;
import dev.allocator.ExecResult;
import dev.allocator.MachineAccessException;
import dev.allocator.Phase;
import dev.allocator.ReadinessTimeoutException;
import dev.allocator.core.readiness.Boot;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.core.readiness.ReadinessFailure;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restarts the system of a machine and waits until its user can log in to the new boot. For one thread, once. */
final class Restart {

    private static final Logger LOG = LoggerFactory.getLogger(Restart.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** What the system may do to whoever tells it to go down: a signal, which a shell reports as 128 and more. */
    private static final int CUT_OFF = 128;

    private final LeaseRecord lease;
    private final MachineAccess access;
    private final RecordedMachine machine;
    private final Deadline deadline;
    private String stand = "it was told to restart, but goes on running";

    Restart(LeaseRecord lease, MachineAccess access, RecordedMachine machine, Duration timeout) {
        this.lease = lease;
        this.access = access;
        this.machine = machine;
        this.deadline = Deadline.in(timeout);
    }

    /**
     * Does it.
     *
     * @throws ReadinessTimeoutException if the user cannot log in before the deadline
     * @throws MachineAccessException if the system cannot be told to restart, the machine died, or the caller is
     *     interrupted
     */
    void run() {
        Boot before = before();
        tell(before);
        try (DeathWatch watch = DeathWatch.over(machine)) {
            access.provider().ifPresent(shell -> await(shell, before, watch.death()));
            if (logsIn()) {
                logIn(before, watch.death());
            } else {
                access.hangUp();
            }
        }
    }

    /** Where the provider is a way in, too, it may be that nobody has ever logged in. */
    private boolean logsIn() {
        return access.provider().isEmpty() || (access.endpoint().isPresent() && !lease.isLoginUntried());
    }

    /** As root, which also proves that root can be had. */
    private Boot before() {
        try {
            return Boot.of(command -> access.exec(command.asRoot(), deadline), deadline);
        } catch (MachineAccessException e) {
            if (deadline.expired() && !Thread.currentThread().isInterrupted()) {
                throw timeout("it was not even told to restart: " + e.getMessage());
            }
            throw e;
        }
    }

    private void tell(Boot before) {
        ExecResult told;
        try {
            told = before.restart(command -> access.exec(command, deadline), deadline);
        } catch (MachineAccessException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            LOG.debug("the command that restarts {} was cut off", machine, e);
            return;
        }
        if (!told.succeeded() && told.exitStatus() < CUT_OFF) {
            throw new MachineAccessException(
                    "the system of lease " + lease.id() + " (" + lease.profile()
                            + ") cannot be told to restart: status " + told.exitStatus() + " "
                            + told.stderr().strip(),
                    null);
        }
    }

    private void await(GuestShell shell, Boot before, CompletableFuture<String> death) {
        while (!isOther(shell, before)) {
            pause(death);
        }
    }

    private void logIn(Boot before, CompletableFuture<String> death) {
        while (true) {
            try {
                access.reconnect(deadline, death);
            } catch (ReadinessFailure e) {
                String why = String.valueOf(e.getMessage());
                throw e.reason() == ReadinessFailure.Reason.TIMEOUT ? timeout(why) : dead(why, e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            if (isOther(command -> access.execAsUser(command, deadline), before)) {
                return;
            }
            pause(death);
        }
    }

    private boolean isOther(GuestShell shell, Boot before) {
        try {
            boolean other = !Boot.of(shell, deadline).equals(before);
            stand = "it was told to restart, but goes on running";
            return other;
        } catch (MachineAccessException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            stand = "it is down, or about to be: " + e.getMessage();
            return false;
        }
    }

    private void pause(CompletableFuture<String> death) {
        if (deadline.expired()) {
            throw timeout(stand);
        }
        try {
            throw dead(death.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS), null);
        } catch (TimeoutException e) {
            LOG.trace("{} is not back yet", machine, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("this never fails", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private ReadinessTimeoutException timeout(String where) {
        AllocationFailure failure = AllocationFailure.builder(
                        lease.profile(),
                        Phase.READY,
                        "nobody could log in within " + Durations.format(deadline.total()) + ": " + where)
                .attempt("restart the system of lease " + lease.id() + " (" + lease.profile() + ")")
                .lease(lease.id())
                .retryable(true)
                .build();
        return new ReadinessTimeoutException(failure, null);
    }

    private MachineAccessException dead(String why, @Nullable Throwable cause) {
        return new MachineAccessException(
                "the machine of lease " + lease.id() + " (" + lease.profile() + ") did not come back: " + why, cause);
    }

    private MachineAccessException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new MachineAccessException(
                "interrupted while the system of lease " + lease.id() + " (" + lease.profile() + ") restarts", e);
    }
}
