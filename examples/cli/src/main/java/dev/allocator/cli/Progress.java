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

/** Tells a waiting person how far an allocation is: in one line that changes on a terminal, else line by line. */
final class Progress implements AutoCloseable {

    private static final int WIDTH = 79;
    private static final String CLEAR_LINE = "\r\033[K";

    private final String profile;
    private final PrintStream err;
    private final boolean quiet;
    private final boolean liveLine;
    private final long started = System.nanoTime();
    private @Nullable Timer clock;
    private String current = "";
    private boolean closed;

    Progress(String profile, RootCommand root) {
        this.profile = profile;
        this.err = root.surroundings().err();
        this.quiet = root.quiet();
        this.liveLine = root.surroundings().liveLine();
    }

    /** Shows what the allocator tells from now on. */
    void follow(Allocator allocator) {
        if (quiet) {
            return;
        }
        allocator.on(PhaseStarted.class, event -> say(words(event.phase())));
        allocator.on(dev.allocator.event.Progress.class, event -> say(event.message()));
        if (liveLine) {
            tick();
        }
    }

    private synchronized void tick() {
        clock = new Timer("allocator-cli-progress", true);
        TimerTask redraw = new TimerTask() {
            @Override
            public void run() {
                redraw();
            }
        };
        clock.schedule(redraw, 1000, 1000);
    }

    private synchronized void say(String text) {
        current = Failures.squeeze(text);
        if (liveLine) {
            redraw();
        } else if (!closed) {
            err.println("allocator: " + profile + ": " + current);
        }
    }

    private synchronized void redraw() {
        if (!closed && !current.isEmpty()) {
            String line = profile + ": " + current + " (" + elapsed() + ")";
            err.print(CLEAR_LINE + (line.length() > WIDTH ? line.substring(0, WIDTH - 1) + "…" : line));
            err.flush();
        }
    }

    /** Says that the machine is there, and until when. */
    synchronized void ready(LeaseInfo lease) {
        close();
        if (!quiet) {
            String until = lease.expires()
                    .map(time -> ", until " + time.truncatedTo(ChronoUnit.SECONDS))
                    .orElse("");
            err.println("allocator: " + profile + ": ready after " + elapsed() + ", lease " + lease.id() + until);
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
            case SETUP -> "running the setup steps";
            case PERSONALISE -> "setting the log-in";
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
        if (liveLine && !current.isEmpty()) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }
}
