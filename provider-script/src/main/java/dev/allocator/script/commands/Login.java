package dev.allocator.script.commands;

import dev.allocator.Credentials;
import dev.allocator.Secret;
import dev.allocator.script.hook.MadeUpPassword;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import java.util.Optional;

/** Who shall be able to log in to a machine. */
final class Login {

    private Login() {}

    /** Who the profile names, else its user with a password that is made up. */
    static Credentials of(MachineSpec spec) {
        return spec.profile()
                .login()
                .orElseGet(() -> Credentials.password(user(spec), Secret.of(MadeUpPassword.next())));
    }

    /**
     * That the user can be one.
     *
     * @throws ProviderException if the name is none, or the profile names two users
     */
    static void check(MachineSpec spec) throws ProviderException {
        Optional<Credentials> login = spec.profile().login();
        if (login.isPresent()
                && !login.get()
                        .user()
                        .equals(spec.settings()
                                .string("user")
                                .orElse(login.get().user()))) {
            throw new ProviderException(spec.settings().location("user") + ": 'user' and 'login' name different users");
        }
        try {
            Credentials unused = Credentials.password(user(spec), Secret.of("x"));
        } catch (IllegalArgumentException e) {
            throw new ProviderException(spec.settings().location("user") + ": " + e.getMessage(), e);
        }
    }

    private static String user(MachineSpec spec) {
        return spec.settings().string("user").orElse("root");
    }
}
