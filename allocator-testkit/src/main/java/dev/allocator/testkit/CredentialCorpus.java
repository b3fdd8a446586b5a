package dev.allocator.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.Credentials;
import dev.allocator.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * User names, passwords and keys that try to break out of chpasswd(8), shells, YAML and cloud-init. Each either works
 * exactly as it is, or is refused with one clear sentence before a machine is made.
 */
public final class CredentialCorpus {

    /** Which part of the credentials is out of the ordinary. */
    public enum Kind {
        /** The user's name. */
        USER,
        /** The password. */
        PASSWORD,
        /** The private key. */
        KEY
    }

    /**
     * One of them.
     *
     * @param kind which part it is
     * @param text that part
     * @param works whether it works; refused otherwise
     */
    public record Entry(Kind kind, String text, boolean works) {

        /**
         * Credentials with that part, and ordinary ones for the rest.
         *
         * @throws IllegalArgumentException if they are refused so early
         */
        public Credentials credentials() {
            return switch (kind) {
                case USER -> Credentials.password(text, Secret.of("ordinary"));
                case PASSWORD -> Credentials.password("corpus", Secret.of(text));
                case KEY -> Credentials.key("corpus", Secret.of(text));
            };
        }

        /** Printable. */
        @Override
        public String toString() {
            StringBuilder shown = new StringBuilder();
            text.chars().limit(40).forEach(c -> {
                if (c >= ' ' && c < 127) {
                    shown.append((char) c);
                } else {
                    shown.append(String.format("<%04x>", c));
                }
            });
            return kind + " " + shown + (text.length() > 40 ? "… " + text.length() : "");
        }
    }

    private CredentialCorpus() {}

    /** All of them, some two hundred. */
    public static List<Entry> entries() {
        ObjectMapper json = new ObjectMapper();
        List<Entry> entries = new ArrayList<>();
        try (InputStream resource = CredentialCorpus.class.getResourceAsStream("credentials.jsonl");
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(java.util.Objects.requireNonNull(resource), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode entry = json.readTree(line);
                entries.add(new Entry(
                        Kind.valueOf(entry.path("kind").asText().toUpperCase(java.util.Locale.ROOT)),
                        entry.path("text").asText().repeat(entry.path("times").asInt(1)),
                        entry.path("works").asBoolean()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the corpus of credentials cannot be read", e);
        }
        return entries;
    }
}
