package dev.allocator.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One slip in one key, wherever keys are known: the report names that key's place, and what was meant, and nothing else. */
class MisspeltKeysTest {

    private static final int MOST_PER_KEY = 8;

    @TempDir
    Path folder;

    private final Plugins plugins = Plugins.load(getClass().getClassLoader());

    @Test
    void theReportNamesThePlaceAndTheOriginal() throws Exception {
        int slips = 0;
        List<String> wrong = new ArrayList<>();
        for (KnownKey key : KnownKey.all(plugins)) {
            assertThat(problems(key.document(key.name())))
                    .as("with the right key:%n%s", key.document(key.name()))
                    .isEmpty();
            for (String slip : slips(key.name(), key.siblings())) {
                slips++;
                String document = key.document(slip);
                String expected =
                        "allocator.yaml:" + key.line() + ":" + key.column() + ": unknown key '" + slip + "' in ";
                List<String> problems = problems(document);
                if (problems.size() != 1
                        || !problems.get(0).startsWith(expected)
                        || !problems.get(0).endsWith("; did you mean '" + key.name() + "'?")) {
                    wrong.add(document + "  => " + problems);
                }
            }
        }
        assertThat(String.join("\n", wrong)).isEmpty();
        assertThat(slips).isGreaterThanOrEqualTo(500);
    }

    /** A letter left out, doubled, replaced or swapped, but for what could just as well be meant to be another key. */
    private static Set<String> slips(String key, Set<String> siblings) {
        Set<String> slips = new LinkedHashSet<>();
        for (int i = 0; i < key.length(); i++) {
            slips.add(key.substring(0, i) + key.substring(i + 1));
            slips.add(key.substring(0, i) + key.charAt(i) + key.substring(i));
            slips.add(key.substring(0, i) + (char) (key.charAt(i) == 'q' ? 'k' : 'q') + key.substring(i + 1));
            if (i > 0) {
                slips.add(key.substring(0, i - 1) + key.charAt(i) + key.charAt(i - 1) + key.substring(i + 1));
            }
        }
        slips.removeIf(slip -> slip.length() < 2
                || siblings.contains(slip)
                || siblings.stream().anyMatch(other -> !other.equals(key) && isOneEditAway(slip, other)));
        return slips.stream().limit(MOST_PER_KEY).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isOneEditAway(String slip, String other) {
        int prefix = 0;
        while (prefix < Math.min(slip.length(), other.length()) && slip.charAt(prefix) == other.charAt(prefix)) {
            prefix++;
        }
        int suffix = 0;
        while (suffix < Math.min(slip.length(), other.length()) - prefix
                && slip.charAt(slip.length() - 1 - suffix) == other.charAt(other.length() - 1 - suffix)) {
            suffix++;
        }
        return Math.max(slip.length(), other.length()) - prefix - suffix <= 1;
    }

    private List<String> problems(String document) throws Exception {
        Path file = Files.writeString(folder.resolve("allocator.yaml"), document);
        AllocatorOptions options = AllocatorOptions.builder()
                .configFile(file)
                .environment(Map.of("HOME", folder.toString()))
                .build();
        try {
            Configuration.load(options, plugins);
            return List.of();
        } catch (ConfigurationException e) {
            List<String> problems = new ArrayList<>();
            e.problems().forEach(problem -> problems.add(problem.replace(folder + "/", "")));
            return problems;
        }
    }
}
