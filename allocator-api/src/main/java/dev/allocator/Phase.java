package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A step of an allocation, in the order in which they happen. One in which there is nothing to do is left out. Releases
 * may add phases.
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public enum Phase {
    /** The profile is looked up and put together. */
    RESOLVE,
    /** The provider checks what can be checked without creating anything. */
    PLAN,
    /** The intent is written to the store, as soon as there is room for the machine. */
    RECORD,
    /** The provider creates the machine. */
    CREATE,
    /** The engine waits until it can log in for the first time. */
    REACH,
    /** Shares are mounted, and the profile's setup steps run as root. */
    SETUP,
    /** Credentials, host name and network of this lease are set. */
    PERSONALISE,
    /** The user's log-in is checked as the profile's readiness asks. */
    READY;

    /** The phase's name as it appears in messages and records: lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
