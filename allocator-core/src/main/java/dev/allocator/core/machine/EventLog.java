package dev.allocator.core.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code events.log} in a lease's evidence: what happened when, a line each. What happens before there is
 * anything to keep evidence of is remembered until then. Safe for many threads; writing never makes anything else fail.
 */
public final class EventLog {

    /** The file's name. */
    public static final String FILE = "events.log";

    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final int MOST_CHARS = 2_000;

    private final Evidence evidence;
    private final InstantSource clock;
    private final StringBuilder remembered = new StringBuilder();
    private boolean open;

    /** One that remembers. */
    public EventLog(Evidence evidence, InstantSource clock) {
        this.evidence = evidence;
        this.clock = clock;
    }

    /** Adds a line, with the time. */
    public synchronized void add(String line) {
        remembered
                .append(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .append(' ')
                .append(printable(line))
                .append('\n');
        if (open) {
            write();
        }
    }

    /** Some of it is a machine's words, which must not tell a terminal what to do, nor fill the disk. */
    private static String printable(String line) {
        String one = line.replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\p{Cntrl}", "?");
        return one.length() > MOST_CHARS ? one.substring(0, MOST_CHARS) + "…" : one;
    }

    /** Writes what is remembered, and from now on at once what is added. */
    public synchronized void open() {
        open = true;
        try {
            evidence.create();
        } catch (RuntimeException e) {
            LOG.debug("nothing can be written down", e);
        }
        write();
    }

    private void write() {
        try {
            Path file = evidence.privateFile(FILE);
            Files.writeString(file, remembered, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
            remembered.setLength(0);
        } catch (NoSuchFileException e) {
            LOG.debug("the evidence was removed meanwhile", e);
        } catch (IOException | RuntimeException e) {
            LOG.debug("an event was not written down: {}", remembered, e);
        }
    }
}
