package dev.allocator.qemu.image;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;

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

    /** What is wrong with them, without quoting what may hold a password. */
    public Optional<String> problem() {
        return replacements.entrySet().stream()
                .flatMap(entry -> problem(entry.getValue())
                        .map(problem ->
                                (entry.getKey().contains("@") ? "an address" : "what stands for " + entry.getKey())
                                        + " " + problem)
                        .stream())
                .findFirst();
    }

    /** What is wrong with an address of the web, as it may be written in a configuration; follows what it is. */
    public static Optional<String> problem(String address) {
        try {
            URI parsed = new URI(address);
            if (String.valueOf(parsed.getRawAuthority()).contains("@")) {
                return Optional.of("holds a user or password, which are not supported: many would see them");
            }
            boolean web = "https".equals(parsed.getScheme()) || "http".equals(parsed.getScheme());
            return web && parsed.getHost() != null
                    ? Optional.empty()
                    : Optional.of("is not an address that begins with https:// or http:// and a host");
        } catch (URISyntaxException e) {
            return Optional.of("is not a URL: " + e.getReason());
        }
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
