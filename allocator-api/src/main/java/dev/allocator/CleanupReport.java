package dev.allocator;

import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What a clean-up did, or would do.
 *
 * @param dryRun whether it only looked
 * @param entries one for each lease, machine, machine's folder, record or provider that was looked at and is not
 *     simply in use
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record CleanupReport(boolean dryRun, List<Entry> entries) {

    /** What happened to one lease, machine or the like. */
    public enum Outcome {
        /** It was destroyed, or in a dry run would be. */
        DESTROYED,
        /** It should be destroyed, but could not be; its record is kept. */
        FAILED,
        /**
         * It was left alone, for the reason given: it belongs to another realm; its owner is on another host or in
         * another pid namespace, and gave a sign of life within the last 24 h; its record cannot be read; its provider
         * cannot be asked; or its store may be a copy.
         */
        LEFT
    }

    /**
     * One lease, machine or the like.
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
