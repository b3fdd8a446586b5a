package dev.allocator.cli;

import dev.allocator.Durations;
import dev.allocator.HostAndPort;
import dev.allocator.LeaseInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Leases as aligned columns for people. */
final class LeaseTable {

    private static final List<String> HEADER =
            List.of("ID", "PROFILE", "PROVIDER", "STATE", "ADDRESS", "USER", "AGE", "EXPIRES", "OWNER", "PROBLEM");
    private static final String NOTHING = "-";

    private LeaseTable() {}

    static String write(List<LeaseInfo> leases, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        leases.forEach(lease -> rows.add(row(lease, now)));
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            text.append(line(row, widths)).append('\n');
        }
        return text.toString();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
        }
        return line.toString().stripTrailing();
    }

    private static List<String> row(LeaseInfo lease, Instant now) {
        return List.of(
                lease.id().value().substring(0, LeaseSearch.SHORT_ID),
                lease.profile(),
                lease.provider(),
                lease.state().name().toLowerCase(Locale.ROOT),
                lease.address().map(HostAndPort::toString).orElse(NOTHING),
                lease.user().orElse(NOTHING),
                rough(Duration.between(lease.created(), now)),
                lease.expires().map(time -> expiry(Duration.between(now, time))).orElse(NOTHING),
                lease.owner().map(Failures::squeeze).orElse(NOTHING),
                lease.problem().map(Failures::squeeze).orElse(NOTHING));
    }

    private static String expiry(Duration left) {
        return left.isNegative() ? "overdue" : "in " + rough(left);
    }

    /** Two units are enough to read. */
    private static String rough(Duration duration) {
        if (duration.isNegative()) {
            return "0s";
        }
        ChronoUnit unit = duration.toDays() > 0
                ? ChronoUnit.HOURS
                : duration.toHours() > 0 ? ChronoUnit.MINUTES : ChronoUnit.SECONDS;
        return Durations.format(duration.truncatedTo(unit));
    }
}
