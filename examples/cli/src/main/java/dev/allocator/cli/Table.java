package dev.allocator.cli;

import dev.allocator.Durations;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Aligned columns for people. */
final class Table {

    static final String NOTHING = "-";

    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> header) {
        rows.add(header);
    }

    void add(List<String> row) {
        rows.add(row);
    }

    String write() {
        int[] widths = new int[rows.get(0).size()];
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

    /** Two units are enough to read. */
    static String rough(Duration duration) {
        if (duration.isNegative()) {
            return "0s";
        }
        ChronoUnit unit = duration.toDays() > 0
                ? ChronoUnit.HOURS
                : duration.toHours() > 0 ? ChronoUnit.MINUTES : ChronoUnit.SECONDS;
        return Durations.format(duration.truncatedTo(unit));
    }
}
