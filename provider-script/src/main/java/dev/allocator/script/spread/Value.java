package dev.allocator.script.spread;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A text in which outputs of commands may stand that are yet to be run. Unchanging. */
final class Value {

    /**
     * A piece of it.
     *
     * @param text the text, or the command
     * @param isCommand whether the command's output stands there
     */
    record Part(String text, boolean isCommand) {}

    /** Variables that refer to each other can grow without limit. */
    private static final int LONGEST = 1 << 16;

    static final Value EMPTY = new Value(List.of(), Optional.empty());

    private final List<Part> parts;
    private final Optional<String> wrong;

    private Value(List<Part> parts, Optional<String> wrong) {
        this.parts = List.copyOf(parts);
        this.wrong = wrong;
    }

    static Value text(String text) {
        return new Value(List.of(new Part(text, false)), Optional.empty());
    }

    static Value command(String line) {
        return new Value(List.of(new Part(line, true)), Optional.empty());
    }

    /** What cannot be known, which is a mistake only where it is used. */
    static Value wrong(String why) {
        return new Value(List.of(), Optional.of(why));
    }

    Value followedBy(Value next) {
        if (wrong.isPresent() || next.wrong.isPresent()) {
            return wrong.isPresent() ? this : next;
        }
        List<Part> all = new ArrayList<>(parts);
        all.addAll(next.parts);
        int size = all.stream().mapToInt(part -> part.text().length() + 1).sum();
        return size > LONGEST ? wrong("it gets longer than " + LONGEST + " characters") : new Value(all, wrong);
    }

    /** Why it cannot be known. */
    Optional<String> wrong() {
        return wrong;
    }

    List<Part> parts() {
        return parts;
    }

    /** The text, if no command is in it. */
    Optional<String> text() {
        if (wrong.isPresent() || parts.stream().anyMatch(Part::isCommand)) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.text()));
        return Optional.of(text.toString());
    }
}
