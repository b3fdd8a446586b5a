package dev.allocator.core.readiness;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A machine that is waited for.
 *
 * @param address where its SSH server will answer
 * @param credentials what to log in with; only needed for a log-in
 * @param hostKeys keys one of which it must have; empty: any
 * @param fixedCredentials whether the image itself accepts the credentials, so that refusals are final; otherwise
 *     they may be set up while the machine starts
 * @param awake completes when connecting begins to make sense
 * @param death completes with one sentence when the machine dies by itself
 * @param progress told one line when something changes, by the waiting thread
 */
public record LoginTarget(
        HostAndPort address,
        Optional<Credentials> credentials,
        List<HostKey> hostKeys,
        boolean fixedCredentials,
        CompletionStage<?> awake,
        CompletionStage<String> death,
        Consumer<String> progress) {

    /** Copies the host keys. */
    public LoginTarget {
        hostKeys = List.copyOf(hostKeys);
    }
}
