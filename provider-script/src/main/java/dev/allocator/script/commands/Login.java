package dev.allocator.script.commands;

import dev.allocator.Credentials;
import dev.allocator.Secret;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import java.security.SecureRandom;

/** Who shall be able to log in to a machine. */
final class Login {

    private static final String LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int LENGTH = 24;

    private Login() {}

    /** Who the profile names, else its user with a password that is made up. */
    static Credentials of(MachineSpec spec) {
        return spec.profile().login().orElseGet(() -> Credentials.password(user(spec), Secret.of(password())));
    }

    /**
     * That the user can be one.
     *
     * @throws ProviderException if the name is none
     */
    static void check(MachineSpec spec) throws ProviderException {
        try {
            Credentials unused = Credentials.password(user(spec), Secret.of("x"));
        } catch (IllegalArgumentException e) {
            throw new ProviderException(spec.settings().location("user") + ": " + e.getMessage(), e);
        }
    }

    private static String user(MachineSpec spec) {
        return spec.settings().string("user").orElse("root");
    }

    private static String password() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return password.toString();
    }
}
