package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A public SSH host key.
 *
 * @param type such as {@code ssh-ed25519}
 * @param base64 the key blob as in {@code known_hosts} (RFC 4253, section 6.6, in base64)
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record HostKey(String type, String base64) {

    /**
     * Reads a public key line, {@code type base64 [comment]}.
     *
     * @throws IllegalArgumentException if that is no public key
     */
    public static HostKey parse(String line) {
        String[] words = line.strip().split("\\s+", 3);
        if (words.length < 2) {
            throw new IllegalArgumentException("not a public key: '" + line + "'");
        }
        return new HostKey(words[0], words[1]);
    }

    /** {@code type base64}. */
    @Override
    public String toString() {
        return type + " " + base64;
    }
}
