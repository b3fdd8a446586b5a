package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.EndedLease;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.LeaseInfo;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the lease that a user names by its machine's address, its id, or the beginning of its id. */
final class LeaseSearch {

    /** How many characters of an id are shown, and at least needed. */
    static final int SHORT_ID = 8;

    /** How help texts call the parameter. */
    static final String LABEL = "ADDR|ID";

    static final String DESCRIPTION =
            "The machine's address (without a port: 22), or the lease's id or its first 8 characters.";

    private static final int SSH_PORT = 22;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}[0-9a-f-]{0,28}");

    private final Allocator allocator;

    LeaseSearch(Allocator allocator) {
        this.allocator = allocator;
    }

    /**
     * The lease of that name.
     *
     * @throws CommandFailure if there is none (any more), or several
     */
    Lease require(String name) {
        return find(name)
                .orElseThrow(() -> ended(name)
                        .map(ended -> new CommandFailure("the lease '" + name + "' has ended: "
                                + ended.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " at "
                                + ended.ended().truncatedTo(ChronoUnit.SECONDS)))
                        .orElseGet(() -> unknown(name)));
    }

    /** The lease of that name if it has not ended. */
    Optional<Lease> find(String name) {
        if (!isId(name)) {
            return allocator.leaseAt(address(name).toString());
        }
        List<LeaseId> matching = allocator.leases().stream()
                .map(LeaseInfo::id)
                .filter(id -> id.value().startsWith(name.toLowerCase(Locale.ROOT)))
                .toList();
        if (matching.size() > 1) {
            throw new CommandFailure(matching.size() + " leases have an id that starts with '" + name + "'");
        }
        return matching.stream().findFirst().flatMap(allocator::lease);
    }

    /** The latest lease of that name that ended in the last days. */
    Optional<EndedLease> ended(String name) {
        if (isId(name)) {
            return allocator.ended().stream()
                    .filter(lease -> lease.id().value().startsWith(name.toLowerCase(Locale.ROOT)))
                    .findFirst();
        }
        Optional<HostAndPort> address = Optional.of(address(name));
        return allocator.ended().stream()
                .filter(lease -> lease.address().equals(address))
                .findFirst();
    }

    CommandFailure unknown(String name) {
        String searched =
                allocator.stateDirectory().map(path -> path.toString()).orElse("the store");
        return new CommandFailure("no lease '" + Failures.squeeze(name) + "' is known in " + searched
                + " ('allocator list' shows all; --state-dir or ALLOCATOR_STATE_DIR names another directory)");
    }

    private static HostAndPort address(String name) {
        try {
            return HostAndPort.parse(name, SSH_PORT);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.misuse(e.getMessage() + "; name a machine by host:port or a lease by its id");
        }
    }

    /** Whether that is an id, or the beginning of one, and no address. */
    static boolean isId(String name) {
        return ID.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }
}
