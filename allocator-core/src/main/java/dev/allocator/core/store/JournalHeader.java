package dev.allocator.core.store;

import dev.allocator.RealmId;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The journal's first line.
 *
 * @param realm the store that it belongs to
 * @param generation grows with each checkpoint
 * @param revision of the store at that checkpoint
 * @param carried how many bytes of entries that checkpoint kept
 */
record JournalHeader(RealmId realm, long generation, long revision, long carried) {

    private static final Pattern FORM =
            Pattern.compile("allocator-journal-1 ([0-9a-f-]{36}) ([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16})");

    /** How many bytes it takes. */
    static final int LENGTH = SealedLine.length("allocator-journal-1".length() + 1 + 36 + 3 * (1 + 16));

    byte[] encode() {
        HexFormat hex = HexFormat.of();
        return SealedLine.seal("allocator-journal-1 " + realm + " " + hex.toHexDigits(generation) + " "
                + hex.toHexDigits(revision) + " " + hex.toHexDigits(carried));
    }

    static Optional<JournalHeader> decode(byte[] line) {
        return SealedLine.open(line)
                .map(FORM::matcher)
                .filter(Matcher::matches)
                .map(fields -> new JournalHeader(
                        new RealmId(fields.group(1)),
                        HexFormat.fromHexDigitsToLong(fields.group(2)),
                        HexFormat.fromHexDigitsToLong(fields.group(3)),
                        HexFormat.fromHexDigitsToLong(fields.group(4))));
    }

    /** Where the entries start that came after the checkpoint. */
    Position end() {
        return new Position(generation, LENGTH + carried);
    }

    /** Where the first entry starts. */
    Position start() {
        return new Position(generation, LENGTH);
    }

    /**
     * A place in the journal between two entries.
     *
     * @param generation the journal's
     * @param offset in bytes from its beginning
     */
    record Position(long generation, long offset) {}
}
