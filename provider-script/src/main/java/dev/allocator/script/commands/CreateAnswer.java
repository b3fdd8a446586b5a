package dev.allocator.script.commands;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@code create} command says about the machine that it made.
 *
 * @param endpoint where its SSH server answers
 * @param login who can log in, if the command decided that
 * @param data what it says to the user, byte for byte
 * @param attributes facts for the user
 */
record CreateAnswer(
        Optional<HostAndPort> endpoint,
        Optional<Credentials> login,
        Optional<byte[]> data,
        Map<String, String> attributes) {

    private static final List<String> KEYS =
            List.of("endpoint", "user", "password", "private_key", "data", "data_base64", "attributes");

    /** They are recorded with the machine, where a text has 4 KiB at most. */
    private static final int MOST_ATTRIBUTES = 2048;

    /**
     * Reads what a command printed: an object in JSON, which starts with a brace, or an address; where nobody has to
     * log in, anything.
     *
     * @param needsLogin whether somebody has to log in to the machine, so that it must have an address
     * @param user who can log in if the answer names nobody; empty: nobody needs to know
     * @throws BadAnswer if it is none of that
     */
    static CreateAnswer read(byte[] printed, boolean needsLogin, Optional<String> user) throws BadAnswer {
        CreateAnswer answer = startsWithBrace(printed)
                ? object(Words.text(printed), user)
                : needsLogin ? address(Words.text(printed)) : anything(printed);
        if (needsLogin && answer.endpoint.isEmpty()) {
            throw new BadAnswer("it names no 'endpoint' (a profile whose machines have no SSH needs 'readiness: none',"
                    + " and no setup steps)");
        }
        return answer;
    }

    private static boolean startsWithBrace(byte[] printed) {
        for (byte b : printed) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b == '{';
            }
        }
        return false;
    }

    private static CreateAnswer address(String text) throws BadAnswer {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            throw new BadAnswer("it printed nothing on its standard output (expected host:port or a JSON object)");
        }
        List<String> lines = stripped.lines().toList();
        if (lines.size() > 1) {
            throw new BadAnswer("it printed " + lines.size() + " lines, " + Words.quote(lines.get(0))
                    + " first, where one is expected, host:port, or a JSON object (messages belong to standard error)");
        }
        return new CreateAnswer(Optional.of(Address.parse(stripped)), Optional.empty(), Optional.empty(), Map.of());
    }

    private static CreateAnswer anything(byte[] printed) throws BadAnswer {
        String text = new String(printed, StandardCharsets.ISO_8859_1).strip();
        Optional<HostAndPort> endpoint = Address.hasPort(text) ? Optional.of(Address.parse(text)) : Optional.empty();
        Optional<byte[]> data = printed.length == 0 ? Optional.empty() : Optional.of(printed);
        return new CreateAnswer(endpoint, Optional.empty(), data, Map.of());
    }

    private static CreateAnswer object(String text, Optional<String> user) throws BadAnswer {
        JsonObject json = JsonObject.read(text, KEYS);
        Optional<String> endpoint = json.text("endpoint");
        return new CreateAnswer(
                endpoint.isPresent() ? Optional.of(Address.parse(endpoint.get())) : Optional.empty(),
                login(json, user),
                data(json),
                attributes(json));
    }

    private static Optional<Credentials> login(JsonObject json, Optional<String> user) throws BadAnswer {
        Optional<String> named = json.text("user");
        Optional<Secret> password = json.text("password").map(Secret::of);
        Optional<Secret> key = json.text("private_key").map(Secret::of);
        if (password.isPresent() && key.isPresent()) {
            throw json.bad("it has both 'password' and 'private_key'");
        }
        if (password.isEmpty() && key.isEmpty()) {
            if (named.isPresent()) {
                throw json.bad("it has a 'user' and neither 'password' nor 'private_key'");
            }
            return Optional.empty();
        }
        try {
            String who = named.or(() -> user).orElse("root");
            return Optional.of(
                    password.isPresent() ? Credentials.password(who, password.get()) : Credentials.key(who, key.get()));
        } catch (IllegalArgumentException e) {
            throw new BadAnswer(Words.line(String.valueOf(e.getMessage())), e);
        }
    }

    private static Optional<byte[]> data(JsonObject json) throws BadAnswer {
        Optional<String> text = json.text("data");
        Optional<String> encoded = json.text("data_base64");
        if (text.isPresent() && encoded.isPresent()) {
            throw json.bad("it has both 'data' and 'data_base64'");
        }
        try {
            // Line breaks are what base64(1) makes.
            return text.map(plain -> plain.getBytes(StandardCharsets.UTF_8))
                    .or(() -> encoded.map(code -> Base64.getDecoder().decode(code.replaceAll("[\\r\\n]", ""))));
        } catch (IllegalArgumentException e) {
            throw new BadAnswer("'data_base64' is no Base64", e);
        }
    }

    private static Map<String, String> attributes(JsonObject json) throws BadAnswer {
        Map<String, String> attributes = json.texts("attributes");
        int size = attributes.entrySet().stream()
                .mapToInt(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
                .sum();
        if (size > MOST_ATTRIBUTES) {
            throw json.bad("'attributes' have " + size + " bytes, more than " + MOST_ATTRIBUTES
                    + " (long texts belong to 'data')");
        }
        return attributes;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "answer " + endpoint.map(HostAndPort::toString).orElse("without an endpoint");
    }
}
