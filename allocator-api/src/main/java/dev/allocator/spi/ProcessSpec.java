package dev.allocator.spi;

import dev.allocator.MachineId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A process to start. Each method that changes something returns a changed copy. */
@API(status = Status.MAINTAINED, since = "0.1")
public final class ProcessSpec {

    private final List<String> command;
    private @Nullable Path directory;
    private Map<String, String> environment = Map.of();
    private @Nullable Path output;
    private @Nullable Path recordFile;
    private @Nullable Path barrierFile;
    private @Nullable MachineId machine;
    private @Nullable Path input;
    private @Nullable Path standardOutput;
    private Duration grace = Duration.ZERO;

    private ProcessSpec(List<String> command) {
        this.command = command;
    }

    private ProcessSpec(ProcessSpec other) {
        this.command = other.command;
        this.directory = other.directory;
        this.environment = other.environment;
        this.output = other.output;
        this.recordFile = other.recordFile;
        this.barrierFile = other.barrierFile;
        this.machine = other.machine;
        this.input = other.input;
        this.standardOutput = other.standardOutput;
        this.grace = other.grace;
    }

    /**
     * A program, looked up in {@code PATH} if it has no slash, and its arguments. No secret belongs here: arguments
     * are world-readable.
     */
    public static ProcessSpec of(List<String> command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a process needs a program");
        }
        return new ProcessSpec(List.copyOf(command));
    }

    /** The program and its arguments. */
    public List<String> command() {
        return command;
    }

    /** The working directory, or empty for {@code /}. */
    public Optional<Path> directory() {
        return Optional.ofNullable(directory);
    }

    /** Variables added to its environment. */
    public Map<String, String> environment() {
        return environment;
    }

    /** The file it reads from; empty: nothing, {@code /dev/null}. */
    public Optional<Path> input() {
        return Optional.ofNullable(input);
    }

    /**
     * The file that its output alone is appended to, so that {@link #output()} is its error output; empty: both go
     * together. {@code run} cuts it to 16 MiB.
     */
    public Optional<Path> standardOutput() {
        return Optional.ofNullable(standardOutput);
    }

    /**
     * How long {@code run} lets it end by itself after SIGTERM, at its deadline or when the caller is interrupted,
     * before it is killed; none unless set.
     */
    public Duration grace() {
        return grace;
    }

    /** The file that its output and error output are appended to; empty: {@code run} returns it, {@code start} drops it. */
    public Optional<Path> output() {
        return Optional.ofNullable(output);
    }

    /**
     * Where {@code pid starttime} (field 22 of {@code /proc/PID/stat}, see proc(5)) is written, durably enough for
     * other processes, before the program itself starts.
     */
    public Optional<Path> recordFile() {
        return Optional.ofNullable(recordFile);
    }

    /**
     * A file whose existence, checked after {@link #recordFile()} was written, keeps the program from starting: who
     * creates it and then reads the record file has either stopped the start or learns the process to kill.
     */
    public Optional<Path> barrierFile() {
        return Optional.ofNullable(barrierFile);
    }

    /** The machine it belongs to. */
    public Optional<MachineId> machine() {
        return Optional.ofNullable(machine);
    }

    /** Sets {@link #directory()}. */
    public ProcessSpec directory(Path directory) {
        ProcessSpec copy = new ProcessSpec(this);
        copy.directory = directory;
        return copy;
    }

    /** Adds to {@link #environment()}. */
    public ProcessSpec env(String name, String value) {
        ProcessSpec copy = new ProcessSpec(this);
        Map<String, String> variables = new LinkedHashMap<>(environment);
        variables.put(name, value);
        copy.environment = Collections.unmodifiableMap(variables);
        return copy;
    }

    /** Sets {@link #output()}. */
    public ProcessSpec output(Path output) {
        ProcessSpec copy = new ProcessSpec(this);
        copy.output = output;
        return copy;
    }

    /** Sets {@link #recordFile()} and {@link #barrierFile()}. */
    public ProcessSpec recorded(Path recordFile, Path barrierFile) {
        ProcessSpec copy = new ProcessSpec(this);
        copy.recordFile = recordFile;
        copy.barrierFile = barrierFile;
        return copy;
    }

    /** Sets {@link #machine()}. */
    public ProcessSpec machine(MachineId machine) {
        ProcessSpec copy = new ProcessSpec(this);
        copy.machine = machine;
        return copy;
    }

    /** Sets {@link #input()}. */
    public ProcessSpec input(Path input) {
        ProcessSpec copy = new ProcessSpec(this);
        copy.input = input;
        return copy;
    }

    /** Sets {@link #standardOutput()}. */
    public ProcessSpec standardOutput(Path standardOutput) {
        ProcessSpec copy = new ProcessSpec(this);
        copy.standardOutput = standardOutput;
        return copy;
    }

    /** Sets {@link #grace()}. */
    public ProcessSpec grace(Duration grace) {
        ProcessSpec copy = new ProcessSpec(this);
        copy.grace = grace;
        return copy;
    }
}
