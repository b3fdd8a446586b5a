package dev.allocator.core.reaper;

import dev.allocator.LeaseId;
import dev.allocator.core.lease.Wakeup;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a wake-up's file, which the timekeeper understands: {@code EPOCHSECONDS-LEASE}, or {@code
 * process-EPOCHSECONDS-LEASE} if it waits for a process to end. Names of the first kind sort by time.
 *
 * @param lease the lease
 * @param second the first whole second, after 1970, at which it is due
 * @param ofProcess whether it is due when a process has ended, rather than at a time
 */
record WakeupFile(LeaseId lease, long second, boolean ofProcess) {

    private static final Pattern NAME = Pattern.compile("(process-)?([0-9]{12})-([0-9a-f-]{36})");
    private static final Pattern ANY = Pattern.compile(".*?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:~.*)?");
    private static final long LAST = 999_999_999_999L;

    static WakeupFile of(Wakeup wakeup) {
        return new WakeupFile(
                wakeup.lease(), second(wakeup.at()), wakeup.process().isPresent());
    }

    /** Whose name that is; empty for files that are no wake-ups. */
    static Optional<WakeupFile> parse(Path file) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (!name.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new WakeupFile(new LeaseId(name.group(3)), Long.parseLong(name.group(2)), name.group(1) != null));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The lease in the name of a wake-up's file, be that finished or not. */
    static Optional<LeaseId> lease(Path file) {
        Matcher name = ANY.matcher(String.valueOf(file.getFileName()));
        return name.matches() ? Optional.of(new LeaseId(name.group(1))) : Optional.empty();
    }

    private static long second(Instant at) {
        long ceiling = at.getNano() == 0 ? at.getEpochSecond() : at.getEpochSecond() + 1;
        return Math.max(0, Math.min(LAST, ceiling));
    }

    boolean isDue(Instant now) {
        return second <= now.getEpochSecond();
    }

    String name() {
        return (ofProcess ? "process-" : "") + "%012d".formatted(second) + "-" + lease;
    }
}
