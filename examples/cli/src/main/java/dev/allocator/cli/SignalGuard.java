package dev.allocator.cli;

import java.util.function.Consumer;

/**
 * Makes Ctrl-C, SIGTERM and SIGHUP undo an allocation before the process ends with 128 + the signal's number, and the
 * end of a process that waits for this one do the same, with status 1.
 *
 * <p>Either undoes it or, once its result is handed over, changes nothing any more, not even the exit
 * status: there is no moment in which the caller is told of a failure and the machine stays.
 */
final class SignalGuard implements AutoCloseable {

    private enum State {
        WATCHING,
        UNDOING,
        HANDED_OVER,
        CLOSED
    }

    private static final int ORPHANED = 1;

    private final ProcessEnd processEnd;
    private final Consumer<String> undo;
    private final CallerWatch watch;
    private String why = "interrupted by a signal";
    private State state = State.WATCHING;

    private SignalGuard(ProcessEnd processEnd, Callers callers, Consumer<String> undo) {
        this.processEnd = processEnd;
        this.undo = undo;
        processEnd.whenEnding(this::ending);
        this.watch = CallerWatch.start(callers, this::orphaned);
    }

    /**
     * Guards an allocation.
     *
     * @param callers who must not end before it
     * @param undo is told why, in a clause
     */
    static SignalGuard register(ProcessEnd processEnd, Callers callers, Consumer<String> undo) {
        return new SignalGuard(processEnd, callers, undo);
    }

    /** Runs the last step, after which nothing is undone; not, and false, if a signal came first. */
    synchronized boolean handOver(Runnable lastStep) {
        if (state == State.UNDOING) {
            return false;
        }
        lastStep.run();
        state = State.HANDED_OVER;
        return true;
    }

    /** Whether a signal came in time. */
    synchronized boolean undoing() {
        return state == State.UNDOING;
    }

    private void orphaned(String caller) {
        synchronized (this) {
            if (state != State.WATCHING) {
                return;
            }
            why = caller + ", which called it, has ended";
        }
        processEnd.exit(ORPHANED);
    }

    private void ending() {
        String reason;
        synchronized (this) {
            if (state == State.HANDED_OVER) {
                processEnd.now(0);
            }
            if (state != State.WATCHING) {
                return;
            }
            state = State.UNDOING;
            reason = why;
        }
        undo.accept(reason);
    }

    /** From now on a signal only ends the process. */
    @Override
    public synchronized void close() {
        watch.close();
        if (state == State.WATCHING) {
            state = State.CLOSED;
        }
    }
}
