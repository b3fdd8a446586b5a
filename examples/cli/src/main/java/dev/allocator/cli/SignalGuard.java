package dev.allocator.cli;

/**
 * Makes Ctrl-C, SIGTERM and SIGHUP undo an allocation before the process ends with 128 + the signal's number.
 *
 * <p>A signal either undoes it or, once its result is handed over, changes nothing any more, not even the exit
 * status: there is no moment in which the caller is told of a failure and the machine stays.
 */
final class SignalGuard implements AutoCloseable {

    private enum State {
        WATCHING,
        UNDOING,
        HANDED_OVER,
        CLOSED
    }

    private final ProcessEnd processEnd;
    private final Runnable undo;
    private State state = State.WATCHING;

    private SignalGuard(ProcessEnd processEnd, Runnable undo) {
        this.processEnd = processEnd;
        this.undo = undo;
    }

    static SignalGuard register(ProcessEnd processEnd, Runnable undo) {
        SignalGuard guard = new SignalGuard(processEnd, undo);
        processEnd.whenEnding(guard::ending);
        return guard;
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

    private void ending() {
        synchronized (this) {
            if (state == State.HANDED_OVER) {
                processEnd.now(0);
            }
            if (state != State.WATCHING) {
                return;
            }
            state = State.UNDOING;
        }
        undo.run();
    }

    /** From now on a signal only ends the process. */
    @Override
    public synchronized void close() {
        if (state == State.WATCHING) {
            state = State.CLOSED;
        }
    }
}
