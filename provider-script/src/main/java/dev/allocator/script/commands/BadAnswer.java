package dev.allocator.script.commands;

/** What a command printed is no answer. The message goes on after "it answered with something wrong: ". */
final class BadAnswer extends Exception {

    private static final long serialVersionUID = 1L;

    BadAnswer(String message) {
        super(message);
    }

    BadAnswer(String message, Throwable cause) {
        super(message, cause);
    }
}
