package dev.allocator.script.adhoc;

import dev.allocator.HostAndPort;
import dev.allocator.script.hook.HookRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a script printed, read as spread reads it (spread/client.go and spread/adhoc.go of canonical/spread).
 *
 * @param text all of it, or if it was cut what its functions said
 */
record AdhocOutput(String text) {

    /** Where output is cut, see {@link dev.allocator.spi.Processes#run}. */
    private static final long CUT = 16 << 20;

    /** A line that is longer gives no address. */
    private static final int LONGEST_RESULT = 4096;

    private static final int SSH_PORT = 22;
    private static final Pattern HOST = Pattern.compile("[\\w.-]+|[0-9a-fA-F:.]+(?:%[\\w.-]+)?");
    private static final Pattern RESULT = Pattern.compile("<([A-Z_]+)(?: (.*))?>", Pattern.DOTALL);

    /** One line that says something. */
    record Result(String name, String value) {}

    static AdhocOutput of(HookRun run) throws IOException {
        Path output = run.output();
        boolean cut = Files.exists(output) && Files.size(output) >= CUT;
        return new AdhocOutput(cut ? read(run.results()) : read(output));
    }

    private static String read(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** What the last line says: with status 213 only that counts. */
    Optional<Result> last() {
        List<String> lines = lines();
        return result(lines.get(lines.size() - 1));
    }

    /** What the lines say; a later one of the same name counts, an earlier one does not. */
    Map<String, String> results() {
        Map<String, String> results = new LinkedHashMap<>();
        for (String line : lines()) {
            result(line.strip()).ifPresent(result -> results.put(result.name(), result.value()));
        }
        return results;
    }

    /** The different addresses that were printed and could be ones. */
    List<String> addresses() {
        return List.copyOf(distinct(text).values());
    }

    /**
     * All addresses that a run printed, or gave its function, however it ended and however much it printed: nobody may
     * have cut that, and who reads it may have little memory.
     */
    static List<String> addresses(HookRun run) throws IOException {
        StringBuilder said = new StringBuilder();
        try (InputStream output = Files.newInputStream(run.output())) {
            keep(output, said);
        } catch (NoSuchFileException e) {
            said.append('\n'); // it never started
        }
        return List.copyOf(distinct(said + read(run.results())).values());
    }

    /** Keeps the lines that could be results, of the first 16 MiB. */
    private static void keep(InputStream output, StringBuilder said) throws IOException {
        byte[] bytes = new byte[8192];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long total = 0;
        int count;
        while (total < CUT && (count = output.read(bytes)) > 0) {
            total += count;
            for (int i = 0; i < count; i++) {
                if (bytes[i] == '\n') {
                    keep(line, said);
                } else if (line.size() <= LONGEST_RESULT) {
                    line.write(bytes[i]);
                }
            }
        }
        keep(line, said);
    }

    private static void keep(ByteArrayOutputStream line, StringBuilder said) {
        String text = line.toString(StandardCharsets.UTF_8).strip();
        if (text.startsWith("<ADDRESS ") && text.length() <= LONGEST_RESULT && said.length() < CUT / 16) {
            said.append(text).append('\n');
        }
        line.reset();
    }

    private static Map<String, String> distinct(String text) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String line : new AdhocOutput(text).lines()) {
            result(line.strip())
                    .filter(result -> result.name().equals("ADDRESS"))
                    .map(Result::value)
                    .filter(address -> !address.isEmpty() && !address.contains(" "))
                    .ifPresent(address -> found.put(key(address), address));
        }
        return found;
    }

    /** The same for an address with and without its port. */
    private static String key(String address) {
        return parse(address).map(HostAndPort::toString).orElse(address);
    }

    /** An address as spread would connect to it: a host by name or number, and SSH's port unless there is another. */
    static Optional<HostAndPort> parse(String address) {
        try {
            return Optional.of(HostAndPort.parse(address, SSH_PORT))
                    .filter(parsed -> HOST.matcher(parsed.host()).matches());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private List<String> lines() {
        return Arrays.asList(text.strip().split("\n", -1));
    }

    private static Optional<Result> result(String line) {
        Matcher result = RESULT.matcher(line);
        return result.matches()
                ? Optional.of(new Result(result.group(1), result.group(2) == null ? "" : result.group(2)))
                : Optional.empty();
    }
}
