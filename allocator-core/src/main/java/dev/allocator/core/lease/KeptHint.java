package dev.allocator.core.lease;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What a person is told of a machine that is kept. */
public final class KeptHint {

    private KeptHint() {}

    /** Until when it is kept, how to log in if that is known, and how to end it; one line. */
    public static String of(LeaseRecord lease, Optional<Credentials> login) {
        String until = lease.expires()
                .map(end -> " until " + end.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
        return "the machine of lease " + lease.id() + " is kept" + until + ": "
                + lease.address()
                        .map(address -> "log in with 'allocator ssh " + address + "'" + plain(address, login) + ", ")
                        .orElse("")
                + "end it with 'allocator discard " + lease.id() + "'";
    }

    /** For whoever knows the password, too. */
    private static String plain(HostAndPort address, Optional<Credentials> login) {
        return login.filter(user -> user.password().isPresent())
                .map(user -> " (or 'ssh -p " + address.port() + " " + user.user() + "@" + address.host() + "')")
                .orElse("");
    }
}
