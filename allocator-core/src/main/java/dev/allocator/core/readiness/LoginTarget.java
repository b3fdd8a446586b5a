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
 * @param candidates what to log in with, each after the one before it was refused, then from the start; only needed
 *     for a log-in
 * @param fixedCredentials whether the image itself accepts the credentials, so that refusals are final; otherwise
 *     they may be set up while the machine starts
 * @param awake completes when connecting begins to make sense
 * @param death completes with one sentence when the machine dies by itself, or waiting becomes pointless
 * @param progress told one line when something changes, by the waiting thread
 */
public record LoginTarget(
        HostAndPort address,
        List<Candidate> candidates,
        boolean fixedCredentials,
        CompletionStage<?> awake,
        CompletionStage<String> death,
        Consumer<String> progress) {

    /** Copies the candidates. */
    public LoginTarget {
        candidates = List.copyOf(candidates);
    }

    /** With at most one candidate. */
    public LoginTarget(
            HostAndPort address,
            Optional<Credentials> credentials,
            List<HostKey> hostKeys,
            boolean fixedCredentials,
            CompletionStage<?> awake,
            CompletionStage<String> death,
            Consumer<String> progress) {
        this(
                address,
                credentials.stream().map(user -> new Candidate(user, hostKeys)).toList(),
                fixedCredentials,
                awake,
                death,
                progress);
    }
}
