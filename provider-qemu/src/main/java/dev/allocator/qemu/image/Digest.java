package dev.allocator.qemu.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The fingerprint of a file.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex lower-case hexadecimal digits
 */
public record Digest(String algorithm, String hex) {

    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
    private static final int SHA256 = 64;
    private static final int SHA512 = 128;

    /**
     * Reads {@code sha256:HEX} or {@code sha512:HEX}.
     *
     * @throws IllegalArgumentException if it is neither, saying what is expected
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        String algorithm = text.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
        String hex = text.substring(colon + 1).toLowerCase(Locale.ROOT);
        int length = algorithm.equals("sha256") ? SHA256 : algorithm.equals("sha512") ? SHA512 : 0;
        if (hex.length() != length || !HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "not a digest: '" + text + "' (expected sha256: and 64, or sha512: and 128 hexadecimal digits)");
        }
        return new Digest(algorithm, hex);
    }

    /** The digest with that many hexadecimal digits, as checksum files leave the algorithm to their name. */
    static Digest ofHex(String hex) {
        return parse((hex.length() == SHA256 ? "sha256:" : "sha512:") + hex);
    }

    /** The name of the file with that content, but for its suffix. */
    String fileName() {
        return algorithm + "-" + hex;
    }

    /** What computes it. */
    MessageDigest computation() {
        try {
            return MessageDigest.getInstance(algorithm.equals("sha256") ? "SHA-256" : "SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256 and SHA-512", e);
        }
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
