package dev.allocator.core.store;

import dev.allocator.core.store.JournalHeader.Position;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Up to where the records' files have what is in the journal. Only a short cut: without it, or after a boot that may
 * have undone files that no one synced, the whole journal counts.
 *
 * @param position in the journal
 * @param revision of the store there
 * @param boot during which that was so
 */
record AppliedMark(Position position, long revision, String boot) {

    private static final Pattern FORM = Pattern.compile("([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16}) (\\S+)");

    static Optional<AppliedMark> read(Path file) throws IOException {
        return PrivateFiles.read(file)
                .flatMap(SealedLine::open)
                .map(FORM::matcher)
                .filter(Matcher::matches)
                .map(fields -> new AppliedMark(
                        new Position(
                                HexFormat.fromHexDigitsToLong(fields.group(1)),
                                HexFormat.fromHexDigitsToLong(fields.group(2))),
                        HexFormat.fromHexDigitsToLong(fields.group(3)),
                        fields.group(4)));
    }

    /** Writes it in place: who reads a half of it sees that by its checksum. Needs the lock. */
    void write(Path file) throws IOException {
        HexFormat hex = HexFormat.of();
        byte[] line = SealedLine.seal(hex.toHexDigits(position.generation()) + " " + hex.toHexDigits(position.offset())
                + " " + hex.toHexDigits(revision) + " " + boot);
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            PrivateFiles.write(channel, line, 0);
            if (channel.size() != line.length) {
                channel.truncate(line.length);
            }
        }
    }
}
