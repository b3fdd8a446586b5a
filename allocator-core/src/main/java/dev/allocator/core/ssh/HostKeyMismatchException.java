package dev.allocator.core.ssh;

import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import java.util.List;
import java.util.stream.Collectors;

/** The SSH server proved itself with another key than those expected. Nothing secret was sent to it. */
public final class HostKeyMismatchException extends Exception {

    private static final long serialVersionUID = 1L;

    HostKeyMismatchException(HostAndPort address, List<HostKey> expected, HostKey seen) {
        super("the SSH server at " + address + " has another host key than expected: "
                + fingerprint(seen) + " instead of "
                + expected.stream().map(HostKeyMismatchException::fingerprint).collect(Collectors.joining(" or ")));
    }

    private static String fingerprint(HostKey key) {
        return key.type() + " " + SshKeys.fingerprint(key);
    }
}
