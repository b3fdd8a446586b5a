package dev.allocator.cli;

import dev.allocator.HostAndPort;
import dev.allocator.LeaseInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Leases that have not ended, for people. */
final class LeaseTable {

    private static final int STATE = 3;

    private LeaseTable() {}

    static String write(List<LeaseInfo> leases, Instant now, Colours colours) {
        Table table = new Table(List.of(
                "ID",
                "PROFILE",
                "PROVIDER",
                "STATE",
                "ADDRESS",
                "USER",
                "AGE",
                "EXPIRES",
                "OWNER",
                "NEXT TRY",
                "PROBLEM"));
        leases.forEach(lease -> table.add(row(lease, now)));
        return table.write(colours, STATE, state -> switch (state) {
            case "ready" -> colours.good(state);
            case "pending" -> colours.doubtful(state);
            default -> colours.bad(state);
        });
    }

    private static List<String> row(LeaseInfo lease, Instant now) {
        return List.of(
                lease.id().value().substring(0, LeaseSearch.SHORT_ID),
                lease.profile(),
                lease.provider(),
                lease.state().name().toLowerCase(Locale.ROOT),
                lease.address().map(HostAndPort::toString).orElse(Table.NOTHING),
                lease.user().orElse(Table.NOTHING),
                Table.rough(Duration.between(lease.created(), now)),
                lease.expires().map(time -> until(time, now, "overdue")).orElse(Table.NOTHING),
                lease.owner().map(Failures::squeeze).orElse(Table.NOTHING),
                lease.nextTry().map(time -> until(time, now, "due")).orElse(Table.NOTHING),
                lease.problem().map(Failures::squeeze).orElse(Table.NOTHING));
    }

    private static String until(Instant time, Instant now, String past) {
        Duration left = Duration.between(now, time);
        return left.isNegative() ? past : "in " + Table.rough(left);
    }
}
