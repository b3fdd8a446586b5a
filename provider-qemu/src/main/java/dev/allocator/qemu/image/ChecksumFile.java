package dev.allocator.qemu.image;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Distributors' checksum files: lines {@code HEX  FILE} of sha256sum(1) and sha512sum(1), as Debian and Ubuntu have them, and
 * lines {@code SHA256 (FILE) = HEX} of BSD's tools, as Fedora has them. Signatures around them are passed over.
 */
final class ChecksumFile {

    private static final String HEX = "([0-9a-fA-F]{128}|[0-9a-fA-F]{64})";
    private static final Pattern SUM = Pattern.compile(HEX + "\\s+\\*?(?:\\./)?(\\S+)\\s*");
    private static final Pattern BSD = Pattern.compile("SHA(?:256|512) \\((.+)\\) = " + HEX + "\\s*");

    private ChecksumFile() {}

    /** What it says about a file. */
    static Optional<Digest> find(String text, String file) {
        for (String line : text.lines().toList()) {
            Matcher sum = SUM.matcher(line);
            if (sum.matches() && sum.group(2).equals(file)) {
                return Optional.of(Digest.ofHex(sum.group(1)));
            }
            Matcher bsd = BSD.matcher(line);
            if (bsd.matches() && bsd.group(1).equals(file)) {
                return Optional.of(Digest.ofHex(bsd.group(2)));
            }
        }
        return Optional.empty();
    }
}
