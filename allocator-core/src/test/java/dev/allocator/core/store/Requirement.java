package dev.allocator.core.store;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a test cannot do without. */
public final class Requirement {

    private Requirement() {}

    /** Skips the test where something is missing, or fails it if end-to-end tests are required. */
    public static void missing(String reason) {
        if ("required".equals(System.getProperty("e2e"))) {
            Assertions.fail(reason);
        }
        Assumptions.abort(reason);
    }
}
