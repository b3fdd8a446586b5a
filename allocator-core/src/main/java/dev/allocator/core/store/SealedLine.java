package dev.allocator.core.store;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A line of text with its checksum behind it, so that one half written is told from one that is whole. */
final class SealedLine {

    private static final int SEAL = 10; // a space, 8 digits and the end of the line

    private SealedLine() {}

    static int length(int textLength) {
        return textLength + SEAL;
    }

    static byte[] seal(String text) {
        return (text + " " + checksum(text) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The text, or empty if that is no such line. */
    static Optional<String> open(byte[] line) {
        String all = new String(line, StandardCharsets.US_ASCII);
        if (all.length() <= SEAL) {
            return Optional.empty();
        }
        String text = all.substring(0, all.length() - SEAL);
        return all.equals(text + " " + checksum(text) + "\n") ? Optional.of(text) : Optional.empty();
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
