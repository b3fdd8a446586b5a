package dev.allocator.core.flow;

import dev.allocator.AllocationRequest;
import dev.allocator.Credentials;
import dev.allocator.Profile;
import dev.allocator.Readiness.Level;
import dev.allocator.Secret;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.spi.ProviderException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Who logs in to a machine, decided before it is made.
 *
 * @param image what the image accepts from the start, if it accepts anything
 * @param requested what the request asks for, if it asks for anything
 * @param level how much readiness asks for
 * @param hasWork whether setup steps, shares, which may have to be mounted, or a network card need a log-in
 */
record LoginPlan(Optional<Credentials> image, Optional<Credentials> requested, Level level, boolean hasWork) {

    /** What crypt(3) of glibc's systems takes: CRYPT_MAX_PASSPHRASE_SIZE of libxcrypt, less the end of the string. */
    private static final int LONGEST_PASSWORD = 511;

    static LoginPlan of(Profile profile, AllocationRequest request) {
        return new LoginPlan(
                profile.login(),
                request.credentials(),
                profile.readiness().level(),
                !profile.setup().isEmpty()
                        || !profile.shares().isEmpty()
                        || request.network().or(profile::network).isPresent());
    }

    /** The same for a machine that came with a log-in of its own, which counts more than the profile's. */
    LoginPlan with(Optional<Credentials> own) {
        return new LoginPlan(own.or(() -> image), requested, level, hasWork);
    }

    /**
     * Finds out before anything is made whether the user that is asked for can be set up.
     *
     * @throws ProviderException if not; shows neither the password nor the key
     */
    void requireUsable() throws ProviderException {
        if (!personalises()) {
            return;
        }
        Credentials user = requested.orElseThrow();
        try {
            user.privateKey().ifPresent(SshKeys::publicKey);
        } catch (IllegalArgumentException e) {
            throw new ProviderException(
                    "the private key of '" + user.user() + "' cannot be used: " + e.getMessage(), e);
        }
        String password = user.password().map(Secret::reveal).orElse("");
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(password)
                || password.getBytes(StandardCharsets.UTF_8).length > LONGEST_PASSWORD) {
            throw new ProviderException(
                    "the password of '" + user.user() + "' cannot be set in a machine: it must be text" + " of at most "
                            + LONGEST_PASSWORD + " bytes in UTF-8");
        }
    }

    /** Whether anyone has to log in before the machine is handed out. */
    boolean needsLogin() {
        return level == Level.LOGIN || level == Level.COMMAND || hasWork || personalises();
    }

    /** Whether a key of the engine has to be planted, as the image accepts nothing known. */
    boolean needsBootstrap() {
        return image.isEmpty() && needsLogin();
    }

    /** Whether the request's user differs from who can log in already. */
    boolean personalises() {
        return requested.isPresent() && !requested.equals(image);
    }
}
