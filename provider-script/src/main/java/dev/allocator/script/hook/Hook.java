package dev.allocator.script.hook;

import dev.allocator.MachineId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A command to run for a machine. Immutable. */
public final class Hook {

    private final String name;
    private final List<String> command;
    private final Path directory;
    private final Function<HookRun, byte[]> input;
    private final Map<String, String> environment;
    private final Masking masking;
    private final @Nullable MachineId machine;
    private final @Nullable Path log;
    private final boolean answering;
    private final boolean creating;
    private final @Nullable Path marker;
    private final @Nullable Path ticket;

    private Hook(Builder values) {
        this.name = values.name;
        this.command = List.copyOf(values.command);
        this.directory = values.directory;
        this.input = values.input;
        this.environment = Map.copyOf(values.environment);
        this.masking = values.masking;
        this.machine = values.machine;
        this.log = values.log;
        this.answering = values.answering;
        this.creating = values.creating;
        this.marker = values.marker;
        this.ticket = values.ticket;
    }

    /**
     * Describes one.
     *
     * @param name lower-case letters, such as {@code allocate}
     * @param command its program and arguments, none of them secret
     * @param directory where it runs
     */
    public static Builder named(String name, List<String> command, Path directory) {
        return new Builder(name, command, directory);
    }

    String name() {
        return name;
    }

    List<String> command() {
        return command;
    }

    Path directory() {
        return directory;
    }

    byte[] input(HookRun run) {
        return input.apply(run);
    }

    Map<String, String> environment() {
        return environment;
    }

    Masking masking() {
        return masking;
    }

    Optional<MachineId> machine() {
        return Optional.ofNullable(machine);
    }

    Optional<Path> log() {
        return Optional.ofNullable(log);
    }

    boolean answering() {
        return answering;
    }

    boolean creating() {
        return creating;
    }

    Optional<Path> marker() {
        return Optional.ofNullable(marker);
    }

    Optional<Path> ticket() {
        return Optional.ofNullable(ticket);
    }

    /** Describes a hook; not safe for several threads. */
    public static final class Builder {
        private final String name;
        private final List<String> command;
        private final Path directory;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Function<HookRun, byte[]> input = run -> new byte[0];
        private Masking masking = Masking.of(List.of());
        private @Nullable MachineId machine;
        private @Nullable Path log;
        private boolean answering;
        private boolean creating;
        private @Nullable Path marker;
        private @Nullable Path ticket;

        private Builder(String name, List<String> command, Path directory) {
            this.name = name;
            this.command = command;
            this.directory = directory;
        }

        /** What it reads; nothing unless set. */
        public Builder input(byte[] input) {
            byte[] copy = input.clone();
            return input(run -> copy);
        }

        /** As above, where that depends on the run. */
        public Builder input(Function<HookRun, byte[]> input) {
            this.input = input;
            return this;
        }

        /** Adds variables to its environment. */
        public Builder environment(Map<String, String> variables) {
            environment.putAll(variables);
            return this;
        }

        /** What its log and every message hide. */
        public Builder masking(Masking masking) {
            this.masking = masking;
            return this;
        }

        /** The machine that it is tagged with; none unless set. */
        public Builder machine(MachineId machine) {
            this.machine = machine;
            return this;
        }

        /** The file that its masked output is appended to; none unless set. */
        public Builder log(Path log) {
            this.log = log;
            return this;
        }

        /** Keeps its standard output apart, in {@link HookRun#answer()}: only its error output is logged. */
        public Builder answering() {
            this.answering = true;
            return this;
        }

        /** It does not start once somebody began to destroy the machine. */
        public Builder creating() {
            this.creating = true;
            return this;
        }

        /**
         * It succeeds only once: that success leaves this file, in the machine's folder, and where it is there already
         * nothing runs and all is well. Of several that would run at once, the others wait. By {@code flock}, so that
         * it holds whatever becomes of the process that started it.
         */
        public Builder once(Path marker) {
            this.marker = marker;
            return this;
        }

        /**
         * As above, for what must not run again even while somebody removes the folder with the marker in it: whoever
         * is done with the machine removes the ticket first, and where that is gone nothing runs and all is well.
         */
        public Builder once(Path marker, Path ticket) {
            this.ticket = ticket;
            return once(marker);
        }

        /** The hook. */
        public Hook build() {
            return new Hook(this);
        }
    }
}
