package dev.allocator.cli;

import dev.allocator.Durations;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

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

    /** In colours, if they are wanted: the header, and each row's cell of a column by what is in it. */
    String write(Colours colours, int column, UnaryOperator<String> paint) {
        List<String> lines = lines(column, colours.wanted() ? paint : UnaryOperator.identity());
        lines.set(0, colours.heading(lines.get(0)));
        return String.join("\n", lines) + "\n";
    }

    String write() {
        return write(Colours.NONE, 0, UnaryOperator.identity());
    }

    private List<String> lines(int painted, UnaryOperator<String> paint) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            lines.add(line(row, widths, painted, lines.isEmpty() ? UnaryOperator.identity() : paint));
        }
        return lines;
    }

    private static String line(List<String> row, int[] widths, int painted, UnaryOperator<String> paint) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(column == painted ? paint.apply(cell) : cell)
                    .append(" ".repeat(widths[column] - cell.length() + 2));
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
