package dev.allocator.core.ssh;

import dev.allocator.Secret;
import java.util.Optional;

/**
 * How a command's shell is started.
 *
 * @param wrapper words before the shell, each followed by a space
 * @param firstLine what the wrapper reads from standard input before the shell does
 * @param startsAtHome whether the shell starts in its user's home
 */
record Privilege(String wrapper, Optional<Secret> firstLine, boolean startsAtHome) {

    static final Privilege AS_USER = new Privilege("", Optional.empty(), true);

    /** -k: whether sudo asks must not depend on when it asked last. */
    static final Privilege SUDO = new Privilege("sudo -k -n -H -- ", Optional.empty(), false);

    static Privilege sudo(Secret password) {
        return new Privilege("sudo -k -S -p '' -H -- ", Optional.of(password), false);
    }
}
