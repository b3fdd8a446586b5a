package dev.allocator;

import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** When a machine counts as ready to be handed out. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class Readiness {

    /** How much is checked. */
    public enum Level {
        /** Nothing: the machine is handed out as soon as it is created. */
        NONE,
        /** An SSH server answers with its banner. */
        BANNER,
        /** The user can log in; the default. */
        LOGIN,
        /** The user can log in and a command succeeds. */
        COMMAND
    }

    private static final Readiness NONE = new Readiness(Level.NONE, Optional.empty());
    private static final Readiness BANNER = new Readiness(Level.BANNER, Optional.empty());
    private static final Readiness LOGIN = new Readiness(Level.LOGIN, Optional.empty());

    private final Level level;
    private final Optional<String> command;

    private Readiness(Level level, Optional<String> command) {
        this.level = level;
        this.command = command;
    }

    /** Ready when created. */
    public static Readiness none() {
        return NONE;
    }

    /** Ready when the SSH server's banner came. */
    public static Readiness banner() {
        return BANNER;
    }

    /** Ready when the user can log in. */
    public static Readiness login() {
        return LOGIN;
    }

    /**
     * Ready when the user can log in and a command, tried about each second, exits with 0.
     *
     * @param command a line for {@code /bin/sh}
     */
    public static Readiness command(String command) {
        if (command.isBlank()) {
            throw new IllegalArgumentException("the readiness command is empty");
        }
        return new Readiness(Level.COMMAND, Optional.of(command));
    }

    /** How much is checked. */
    public Level level() {
        return level;
    }

    /** The command of {@link Level#COMMAND}, else empty. */
    public Optional<String> command() {
        return command;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Readiness that && level == that.level && command.equals(that.command);
    }

    @Override
    public int hashCode() {
        return Objects.hash(level, command);
    }

    @Override
    public String toString() {
        return command.map(c -> "command: " + c).orElse(level.name().toLowerCase(java.util.Locale.ROOT));
    }
}
