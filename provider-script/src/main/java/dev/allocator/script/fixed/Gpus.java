package dev.allocator.script.fixed;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names of GPUs as resource classes. People write the name as they like ({@code GeForce RTX 208},
 * {@code geforce rtx-208}): letters and digits count, their case does not.
 */
final class Gpus {

    private Gpus() {}

    /** Whether anything in it counts. */
    static boolean isName(String name) {
        return name.length() <= 100 && name.chars().anyMatch(Gpus::counts);
    }

    /** The resource class: {@code GPU_GEFORCE_RTX_208}. */
    static String resourceClass(String name) {
        return "GPU_"
                + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_").replaceAll("^_|_$", "");
    }

    /** How many there are of each resource class. */
    static Map<String, Long> count(Collection<String> names) {
        Map<String, Long> counts = new TreeMap<>();
        names.forEach(name -> counts.merge(resourceClass(name), 1L, Long::sum));
        return counts;
    }

    private static boolean counts(int character) {
        return character < 128 && Character.isLetterOrDigit(character);
    }
}
