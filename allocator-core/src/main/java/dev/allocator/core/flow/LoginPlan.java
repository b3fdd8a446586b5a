package dev.allocator.core.flow;

import dev.allocator.AllocationRequest;
import dev.allocator.Credentials;
import dev.allocator.Profile;
import dev.allocator.Readiness.Level;
import java.util.Optional;

/**
 * Who logs in to a machine, decided before it is made.
 *
 * @param image what the image accepts from the start, if it accepts anything
 * @param requested what the request asks for, if it asks for anything
 * @param level how much readiness asks for
 * @param hasSetup whether setup steps need a log-in
 */
record LoginPlan(Optional<Credentials> image, Optional<Credentials> requested, Level level, boolean hasSetup) {

    static LoginPlan of(Profile profile, AllocationRequest request) {
        return new LoginPlan(
                profile.login(),
                request.credentials(),
                profile.readiness().level(),
                !profile.setup().isEmpty());
    }

    /** The same for a machine that came with a log-in of its own, which counts more than the profile's. */
    LoginPlan with(Optional<Credentials> own) {
        return new LoginPlan(own.or(() -> image), requested, level, hasSetup);
    }

    /** Whether anyone has to log in before the machine is handed out. */
    boolean needsLogin() {
        return level == Level.LOGIN || level == Level.COMMAND || hasSetup || personalises();
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
