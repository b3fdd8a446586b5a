package dev.allocator.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What fixtures did.
 *
 * @param journal what they and JUnit told, in order
 * @param err what was printed
 */
record Outcome(List<String> journal, String err) {

    private static final String ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    /** The leases that a fixture noted with a word, one list for each time. */
    List<List<String>> leases(String word) {
        return journal.stream()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> Arrays.stream(line.split(" ")).skip(1).toList())
                .toList();
    }

    /** Those that were noted just once. */
    List<String> lease(String word) {
        assertThat(leases(word)).as(toString()).hasSize(1);
        return leases(word).get(0);
    }

    List<String> allLeases() {
        return journal.stream()
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .filter(word -> word.matches(ID))
                .distinct()
                .toList();
    }

    /** The folder that was published for a test or a class. */
    Path published(String name) {
        return journal.stream()
                .filter(line -> line.startsWith("PUBLISHED " + name + " "))
                .map(line -> Path.of(line.split(" ", 3)[2]))
                .reduce((one, another) -> {
                    throw new AssertionError(name + " published " + one + " and " + another);
                })
                .orElseThrow(() -> new AssertionError(name + " published nothing: " + this));
    }

    /** How a test or a class ended, and why. */
    Outcome with(String status, String name, String... reasons) {
        assertThat(journal)
                .as(toString())
                .anySatisfy(line -> assertThat(line)
                        .startsWith(status + " " + name + " ")
                        .matches(text -> Arrays.stream(reasons).allMatch(text::contains), "says " + List.of(reasons)));
        return this;
    }

    /** Nothing but success. */
    Outcome allSuccessful() {
        assertThat(journal)
                .as(toString())
                .contains("session ended")
                .noneMatch(line -> line.startsWith("FAILED") || line.startsWith("ABORTED"));
        return this;
    }

    @Override
    public String toString() {
        return String.join("\n", journal) + "\n" + err;
    }
}
