package dev.allocator.cli;

import dev.allocator.AllocationException;
import dev.allocator.AllocatorException;
import dev.allocator.ConfigurationException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Puts failures into words. */
final class Failures {

    private Failures() {}

    /** The reason in one line, as spread's {@code FATAL} needs it. */
    static String reason(Throwable failure) {
        if (failure instanceof ConfigurationException configuration) {
            return configuration.problems().stream().map(Failures::squeeze).collect(Collectors.joining("; "));
        }
        String message = failure.getMessage();
        if (failure instanceof AllocatorException || failure instanceof CommandFailure) {
            return squeeze(message == null ? failure.getClass().getSimpleName() : message);
        }
        return squeeze("internal error: " + failure + " (with -v the stack trace is shown)");
    }

    /** All that is known, for people. */
    static List<String> details(Throwable failure, boolean verbose) {
        List<String> lines = new ArrayList<>();
        if (failure instanceof ConfigurationException configuration) {
            lines.addAll(configuration.problems());
        } else {
            lines.add(reason(failure));
        }
        if (failure instanceof AllocationException allocation
                && !allocation.failure().consoleTail().isEmpty()) {
            lines.add("the machine's console ended with:");
            allocation.failure().consoleTail().forEach(line -> lines.add("  " + printable(line)));
        }
        if (verbose) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            trace.toString().lines().forEach(lines::add);
        }
        return lines;
    }

    /** The text in one line without control characters. */
    static String squeeze(String text) {
        return printable(text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
    }

    /** A guest's console can hold anything; the user's terminal must not obey it. */
    private static String printable(String line) {
        return line.replaceAll("\\p{Cntrl}", "");
    }
}
