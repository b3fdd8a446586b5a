package dev.allocator.core.ssh;

import dev.allocator.HostKey;
import dev.allocator.Secret;

/**
 * A key pair for log-ins or for a host.
 *
 * @param privateKey the private key in OpenSSH's format, not encrypted
 * @param publicKey its public half
 * @param comment a word that says what it is for
 */
public record GeneratedKey(Secret privateKey, HostKey publicKey, String comment) {

    /** The public key as a line of {@code authorized_keys}, without a line end. */
    public String authorizedKey() {
        return publicKey + " " + comment;
    }
}
