package dev.allocator;

import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** What a clean-up is to look at. Each method that changes something returns a changed copy. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class CleanupRequest {

    private final boolean dryRun;
    private final boolean leasesOnly;
    private final @Nullable RealmId realm;

    private CleanupRequest(boolean dryRun, boolean leasesOnly, @Nullable RealmId realm) {
        this.dryRun = dryRun;
        this.leasesOnly = leasesOnly;
        this.realm = realm;
    }

    /** Everything that belongs to this realm and is over: leases, and machines without a record. */
    public static CleanupRequest everything() {
        return new CleanupRequest(false, false, null);
    }

    /** Whether it only reports what would be done. */
    public boolean isDryRun() {
        return dryRun;
    }

    /** Whether it looks at leases only, so that no provider has to list its machines. */
    public boolean isLeasesOnly() {
        return leasesOnly;
    }

    /** The realm whose machines without a record here are to be destroyed although nobody can prove them dead. */
    public Optional<RealmId> realm() {
        return Optional.ofNullable(realm);
    }

    /** Only reports what would be done. */
    public CleanupRequest dryRun() {
        return new CleanupRequest(true, leasesOnly, realm);
    }

    /** Ends leases that are over, and looks for no machines without a record. */
    public CleanupRequest leasesOnly() {
        return new CleanupRequest(dryRun, true, realm);
    }

    /**
     * Destroys the machines of a realm that have no record here: those of a foreign realm, or, where the state
     * directory may be a copy, of this one. Nothing else is touched. Only machines that a dry run with the same realm
     * showed within the last hour are destroyed.
     */
    public CleanupRequest realm(RealmId realm) {
        return new CleanupRequest(dryRun, leasesOnly, realm);
    }
}
