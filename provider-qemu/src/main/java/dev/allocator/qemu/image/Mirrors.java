package dev.allocator.qemu.image;

import java.net.URI;
import java.util.Map;

/**
 * Other places for what is below an address.
 *
 * @param replacements what addresses begin with, and what they begin with instead
 */
public record Mirrors(Map<String, String> replacements) {

    /** Copies them. */
    public Mirrors {
        replacements = Map.copyOf(replacements);
    }

    /** The address to use; of several that fit, the longest beginning decides. */
    URI of(URI address) {
        String text = address.toString();
        return replacements.keySet().stream()
                .filter(text::startsWith)
                .reduce((one, other) -> one.length() >= other.length() ? one : other)
                .map(beginning -> URI.create(replacements.get(beginning) + text.substring(beginning.length())))
                .orElse(address);
    }
}
