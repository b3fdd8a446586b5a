package dev.allocator.core.ssh;

import dev.allocator.Credentials;
import dev.allocator.Secret;
import java.util.Optional;

/** How commands are run as root in a machine. */
public sealed interface RootAccess {

    /** The user who is logged in is root. */
    record Direct() implements RootAccess {}

    /**
     * Through sudo(8), without a password if sudo asks for none.
     *
     * @param password the user's, for a sudo that asks
     */
    record Sudo(Optional<Secret> password) implements RootAccess {}

    /** What a user's own credentials allow: root is root, anyone else has to use sudo. */
    static RootAccess of(Credentials credentials) {
        return credentials.user().equals("root") ? new Direct() : new Sudo(credentials.password());
    }
}
