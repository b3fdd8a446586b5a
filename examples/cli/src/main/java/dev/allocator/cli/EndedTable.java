package dev.allocator.cli;

import dev.allocator.EndedLease;
import dev.allocator.HostAndPort;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Leases that have ended, for people. */
final class EndedTable {

    private EndedTable() {}

    static String write(List<EndedLease> leases, Colours colours) {
        Table table = new Table(List.of("ID", "PROFILE", "REASON", "ENDED", "LASTED", "ADDRESS", "MESSAGE"));
        leases.forEach(lease -> table.add(row(lease)));
        return table.write(colours, 0, id -> id);
    }

    private static List<String> row(EndedLease lease) {
        return List.of(
                lease.id().value().substring(0, LeaseSearch.SHORT_ID),
                lease.profile(),
                lease.reason().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                lease.ended().truncatedTo(ChronoUnit.SECONDS).toString(),
                Table.rough(Duration.between(lease.created(), lease.ended())),
                lease.address().map(HostAndPort::toString).orElse(Table.NOTHING),
                lease.message().map(Failures::squeeze).orElse(Table.NOTHING));
    }
}
