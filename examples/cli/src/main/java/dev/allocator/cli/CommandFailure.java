package dev.allocator.cli;

/** A command cannot do what it was asked; the message is one line for the user. */
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean misuse;

    CommandFailure(String message) {
        this(message, false);
    }

    private CommandFailure(String message, boolean misuse) {
        super(message);
        this.misuse = misuse;
    }

    /** What was asked makes no sense, whatever the state of the world. */
    static CommandFailure misuse(String message) {
        return new CommandFailure(message, true);
    }

    boolean isMisuse() {
        return misuse;
    }
}
