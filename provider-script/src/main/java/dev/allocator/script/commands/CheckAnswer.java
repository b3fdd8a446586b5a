package dev.allocator.script.commands;

import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineHealth.State;
import java.util.List;

/** What a {@code check} command says. */
final class CheckAnswer {

    private static final List<String> KEYS = List.of("state", "message");

    private CheckAnswer() {}

    /**
     * Reads a word or an object.
     *
     * @throws BadAnswer if it is neither
     */
    static MachineHealth read(byte[] printed) throws BadAnswer {
        String text = Words.text(printed).strip();
        if (text.isEmpty()) {
            throw new BadAnswer("it printed nothing (expected running, stopped or gone)");
        }
        if (!text.startsWith("{")) {
            State state = state(text);
            return new MachineHealth(state, sentence(state));
        }
        JsonObject json = JsonObject.read(text, KEYS);
        State state = state(json.required("state"));
        String message = json.text("message")
                .map(Words::line)
                .filter(said -> !said.isBlank())
                .orElse(sentence(state));
        return new MachineHealth(state, message);
    }

    private static State state(String word) throws BadAnswer {
        return switch (word) {
            case "running" -> State.RUNNING;
            case "stopped" -> State.STOPPED;
            case "gone" -> State.GONE;
            default -> throw new BadAnswer(Words.quote(word) + " is no state (expected running, stopped or gone)");
        };
    }

    private static String sentence(State state) {
        return switch (state) {
            case RUNNING -> "the check command says that it runs";
            case STOPPED -> "the check command says that it does not run";
            case GONE -> "the check command says that it does not exist";
        };
    }
}
