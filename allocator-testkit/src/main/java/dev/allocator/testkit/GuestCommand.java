package dev.allocator.testkit;

import java.io.InputStream;

/**
 * A command that a client runs on an {@link InProcessSshServer}.
 *
 * @param user who runs it
 * @param script what {@code /bin/sh} is to do, variables and quoting included
 * @param stdin its standard input; who answers a command may read it
 */
public record GuestCommand(String user, String script, InputStream stdin) {

    /** Without its variables, which may be secret. */
    @Override
    public String toString() {
        return "command of " + user;
    }
}
