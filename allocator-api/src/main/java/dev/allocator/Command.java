package dev.allocator;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A command to run in a machine. Each method that changes something returns a changed copy. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class Command {

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final List<String> words;
    private Duration timeout = Duration.ofMinutes(10);
    private Map<String, String> environment = Map.of();
    private boolean asRoot;
    private @Nullable String directory;
    private @Nullable InputStream stdin;
    private @Nullable OutputStream stdout;
    private @Nullable OutputStream stderr;

    private Command(List<String> words) {
        this.words = words;
    }

    private Command(Command other) {
        this.words = other.words;
        this.timeout = other.timeout;
        this.environment = other.environment;
        this.asRoot = other.asRoot;
        this.directory = other.directory;
        this.stdin = other.stdin;
        this.stdout = other.stdout;
        this.stderr = other.stderr;
    }

    /**
     * A program and its arguments, which no shell changes.
     *
     * @throws IllegalArgumentException if there is no program or a word has a NUL character
     */
    public static Command of(String... words) {
        if (words.length == 0 || words[0].isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        for (String word : words) {
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a command's word cannot have a NUL character");
            }
        }
        return new Command(List.of(words));
    }

    /** A script for the machine's {@code /bin/sh}. */
    public static Command shell(String script) {
        return of("/bin/sh", "-c", script);
    }

    /** The program and its arguments. */
    public List<String> words() {
        return words;
    }

    /** How long it may take; 10 minutes unless set. */
    public Duration timeout() {
        return timeout;
    }

    /** Variables added to its environment. Their values appear in no process's arguments. */
    public Map<String, String> environment() {
        return environment;
    }

    /** Whether it runs as root instead of the lease's user. */
    public boolean runsAsRoot() {
        return asRoot;
    }

    /** The working directory, or empty for the user's home. */
    public Optional<String> directory() {
        return Optional.ofNullable(directory);
    }

    /** What it reads, or empty for nothing. */
    public Optional<InputStream> stdin() {
        return Optional.ofNullable(stdin);
    }

    /** Where its output goes as it comes, or empty if the result is to have it. */
    public Optional<OutputStream> stdout() {
        return Optional.ofNullable(stdout);
    }

    /** Where its error output goes as it comes, or empty if the result is to have it. */
    public Optional<OutputStream> stderr() {
        return Optional.ofNullable(stderr);
    }

    /** Sets {@link #timeout()}; more than zero. */
    public Command timeout(Duration timeout) {
        Command copy = new Command(this);
        copy.timeout = AllocationRequest.positive("timeout", timeout);
        return copy;
    }

    /**
     * Adds to {@link #environment()}.
     *
     * @throws IllegalArgumentException if the name is no variable name or the value has a NUL character
     */
    public Command env(String name, String value) {
        if (!VARIABLE.matcher(name).matches() || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not an environment variable: '" + name + "'");
        }
        Command copy = new Command(this);
        Map<String, String> variables = new LinkedHashMap<>(environment);
        variables.put(name, value);
        copy.environment = Collections.unmodifiableMap(variables);
        return copy;
    }

    /** Runs it as root: directly, or through {@code sudo} where only that is possible. */
    public Command asRoot() {
        Command copy = new Command(this);
        copy.asRoot = true;
        return copy;
    }

    /** Sets {@link #directory()}. */
    public Command directory(String directory) {
        Command copy = new Command(this);
        copy.directory = directory;
        return copy;
    }

    /** Sets {@link #stdin()} to a text in UTF-8. */
    public Command stdin(String text) {
        return stdin(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sets {@link #stdin()}; the stream is read once and not closed. */
    public Command stdin(InputStream stream) {
        Command copy = new Command(this);
        copy.stdin = stream;
        return copy;
    }

    /** Sets {@link #stdout()}; the stream is written by one thread and not closed. */
    public Command stdout(OutputStream stream) {
        Command copy = new Command(this);
        copy.stdout = stream;
        return copy;
    }

    /** Sets {@link #stderr()}; the stream is written by one thread and not closed. */
    public Command stderr(OutputStream stream) {
        Command copy = new Command(this);
        copy.stderr = stream;
        return copy;
    }

    /** The program without its arguments, which may be secret. */
    @Override
    public String toString() {
        return words.get(0) + (words.size() > 1 ? " …" : "");
    }
}
