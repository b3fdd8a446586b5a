package dev.allocator.core.ssh;

import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Accepts one of the expected host keys, or any if none is expected, and remembers what it saw. */
final class HostKeyCheck implements HostKeyRepository {

    private static final List<String> ALGORITHMS = List.of(
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "rsa-sha2-512",
            "rsa-sha2-256");

    private final List<HostKey> expected;
    private volatile @Nullable HostKey seen;

    HostKeyCheck(List<HostKey> expected) {
        this.expected = List.copyOf(expected);
    }

    /** All algorithms, those of the expected keys first, so that a server with several keys shows the right one. */
    String algorithms() {
        Set<String> ordered = new LinkedHashSet<>();
        for (HostKey key : expected) {
            if (key.type().equals("ssh-rsa")) {
                ordered.addAll(List.of("rsa-sha2-512", "rsa-sha2-256"));
            } else if (ALGORITHMS.contains(key.type())) {
                ordered.add(key.type());
            }
        }
        ordered.addAll(ALGORITHMS);
        return String.join(",", ordered);
    }

    /** The key that the server proved to have; call after the log-in. */
    HostKey seen() {
        HostKey key = seen;
        if (key == null) {
            throw new IllegalStateException("no host key was seen yet");
        }
        return key;
    }

    void throwIfMismatched(HostAndPort address) throws HostKeyMismatchException {
        HostKey key = seen;
        if (key != null && !accepts(key)) {
            throw new HostKeyMismatchException(address, expected, key);
        }
    }

    @Override
    public int check(String host, byte[] blob) {
        HostKey key = SshKeys.publicKey(blob);
        seen = key;
        return accepts(key) ? OK : CHANGED;
    }

    private boolean accepts(HostKey key) {
        return expected.isEmpty()
                || expected.stream().anyMatch(each -> each.base64().equals(key.base64()));
    }

    @Override
    public void add(com.jcraft.jsch.HostKey hostkey, UserInfo ui) {
        // Nothing is remembered beyond one connection.
    }

    @Override
    public void remove(String host, String type) {
        // Nothing is remembered beyond one connection.
    }

    @Override
    public void remove(String host, String type, byte[] key) {
        // Nothing is remembered beyond one connection.
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return "allocator";
    }

    @Override
    public com.jcraft.jsch.HostKey[] getHostKey() {
        return new com.jcraft.jsch.HostKey[0];
    }

    @Override
    public com.jcraft.jsch.HostKey[] getHostKey(String host, String type) {
        return new com.jcraft.jsch.HostKey[0];
    }
}
