package dev.allocator;

import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What a clean-up did, or would do.
 *
 * @param dryRun whether it only looked
 * @param entries one for each machine or lease that was looked at and not simply in use
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record CleanupReport(boolean dryRun, List<Entry> entries) {

    /** What happened to one machine or lease. */
    public enum Outcome {
        /** It was destroyed, or in a dry run would be. */
        DESTROYED,
        /** It should be destroyed, but could not be; its record is kept. */
        FAILED,
        /** It was left alone, for the reason given. */
        LEFT
    }

    /**
     * One machine or lease.
     *
     * @param subject names it for people
     * @param outcome what was done
     * @param reason why, in one sentence
     */
    public record Entry(String subject, Outcome outcome, String reason) {}

    /** Copies the entries. */
    public CleanupReport {
        entries = List.copyOf(entries);
    }
}
