package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.Durations;
import dev.allocator.LeaseInfo;
import dev.allocator.Phase;
import dev.allocator.event.PhaseStarted;
import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Timer;
import java.util.TimerTask;
import org.jspecify.annotations.Nullable;

/** Tells a waiting person how far it is: in one line that changes on a terminal, else line by line. */
final class Progress implements AutoCloseable {

    private final String subject;
    private final PrintStream err;
    private final StatusLine status;
    private final boolean quiet;
    private final long started = System.nanoTime();
    private @Nullable Timer clock;
    private String current = "";
    private boolean closed;

    /**
     * Shows nothing yet.
     *
     * @param subject what each line begins with, such as the profile's name
     */
    Progress(String subject, RootCommand root) {
        this.subject = subject;
        this.err = root.surroundings().err();
        this.status = root.surroundings().status();
        this.quiet = root.quiet();
    }

    /** Shows what the allocator tells from now on. */
    void follow(Allocator allocator) {
        if (!quiet) {
            allocator.on(PhaseStarted.class, event -> say(words(event.phase())));
            allocator.on(dev.allocator.event.Progress.class, event -> say(event.message()));
        }
    }

    /** Shows that this is being done from now on. */
    synchronized void say(String text) {
        if (quiet || closed) {
            return;
        }
        current = Failures.squeeze(text);
        if (status.isLive()) {
            redraw();
            tick();
        } else {
            err.println("allocator: " + subject + ": " + current);
        }
    }

    private void tick() {
        if (clock == null) {
            clock = new Timer("allocator-cli-progress", true);
            TimerTask redraw = new TimerTask() {
                @Override
                public void run() {
                    redraw();
                }
            };
            clock.schedule(redraw, 1000, 1000);
        }
    }

    private synchronized void redraw() {
        if (!closed) {
            status.show(subject + ": " + current + " (" + elapsed() + ")");
        }
    }

    /** Says that the machine is there, and until when. */
    synchronized void ready(LeaseInfo lease) {
        close();
        if (!quiet) {
            String until = lease.expires()
                    .map(time -> ", until " + time.truncatedTo(ChronoUnit.SECONDS))
                    .orElse("");
            err.println("allocator: " + subject + ": ready after " + elapsed() + ", lease " + lease.id() + until);
        }
    }

    private String elapsed() {
        Duration duration = Duration.ofNanos(System.nanoTime() - started);
        return Durations.format(Duration.ofSeconds(duration.toSeconds()));
    }

    private static String words(Phase phase) {
        return switch (phase) {
            case RESOLVE -> "looking up the profile";
            case PLAN -> "checking what the machine needs";
            case RECORD -> "recording the lease";
            case CREATE -> "creating the machine";
            case REACH -> "waiting until it can be logged in to";
            case SETUP -> "setting the machine up";
            case PERSONALISE -> "making it the lease's own";
            case READY -> "checking the log-in";
        };
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (clock != null) {
            clock.cancel();
        }
        status.show("");
    }
}
