package dev.allocator.testkit;

import java.io.IOException;
import java.util.Optional;

/** Answers commands of an {@link InProcessSshServer} in the place of a real shell. Called by many threads. */
@FunctionalInterface
public interface GuestCommands {

    /**
     * Answers a command, or leaves it to the next one, at last to this host's {@code /bin/sh}.
     *
     * @throws IOException if the client is gone
     */
    Optional<GuestReply> answer(GuestCommand command) throws IOException;
}
