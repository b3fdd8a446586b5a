package dev.allocator.core.readiness;

import dev.allocator.Credentials;
import dev.allocator.HostKey;
import java.util.List;

/**
 * One way to log in to a machine.
 *
 * @param credentials what to log in with
 * @param hostKeys keys one of which the machine must have; empty: any
 */
public record Candidate(Credentials credentials, List<HostKey> hostKeys) {

    /** Copies the host keys. */
    public Candidate {
        hostKeys = List.copyOf(hostKeys);
    }
}
