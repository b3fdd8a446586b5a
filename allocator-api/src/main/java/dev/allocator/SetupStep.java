package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A script that runs as root in a machine before it is handed out.
 *
 * @param name what messages call it, such as {@code step 2} or its name in the profile
 * @param script for {@code /bin/bash}, or {@code /bin/sh} where there is none; a failing last command fails the step
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record SetupStep(String name, String script) {

    /** @throws IllegalArgumentException if either is blank */
    public SetupStep {
        if (name.isBlank() || script.isBlank()) {
            throw new IllegalArgumentException("a setup step needs a name and a script");
        }
    }
}
