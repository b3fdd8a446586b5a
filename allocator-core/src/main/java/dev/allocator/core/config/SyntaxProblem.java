package dev.allocator.core.config;

import dev.allocator.spi.Location;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says in plain words, and without showing the line, which may hold a password, where YAML is broken. */
final class SyntaxProblem {

    private SyntaxProblem() {}

    static void report(MarkedYAMLException e, SourceText text, Problems problems) {
        String problem = String.valueOf(e.getProblem());
        Location here = text.at(e.getProblemMark());
        Mark context = e.getContextMark();
        Location start = context == null ? here : text.at(context);
        if (problem.contains("end of stream") || problem.contains("stream end")) {
            problems.add(
                    start,
                    start.equals(here)
                            ? "the file ends here, within a bracket that is not closed"
                            : "a quote or bracket that opens here is never closed");
        } else if (problem.contains("\\t(TAB)")) {
            problems.add(here, "a tab cannot be used here; indent with spaces");
        } else if (problem.matches("expected ',' or '.', but got ('?)\\{\\1")) {
            problems.add(here, "within brackets, a text with '{' such as ${env:NAME} needs quotes");
        } else if (problem.contains("escape")) {
            problems.add(here, "YAML has no such escape after a backslash; use single quotes to keep it as it is");
        } else if (problem.startsWith("mapping values are not allowed")) {
            problems.add(here, "a ':' cannot stand here; put the text in quotes, or the key on a line of its own");
        } else {
            String since = start.equals(here) ? "" : " since " + start;
            problems.add(
                    here,
                    problem.startsWith("expected <block end>")
                            ? "this does not belong here; check the indentation and the ':'" + since
                            : "cannot read the YAML: " + problem + since);
        }
    }
}
