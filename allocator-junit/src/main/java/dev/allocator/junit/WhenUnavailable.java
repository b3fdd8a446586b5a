package dev.allocator.junit;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What becomes of tests whose machines this host cannot provide. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public enum WhenUnavailable {
    /** They fail, and say what is missing. */
    FAIL,
    /**
     * They are skipped (aborted, in JUnit's words), and say what is missing: a provider that cannot be used, an image that is
     * not there, no room, an unmet {@link Requirement}. What fails once a machine is being created is a failure as ever,
     * and so is a mistake, such as a profile that does not exist.
     */
    SKIP
}
