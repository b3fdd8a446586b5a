package dev.allocator.script.hook;

import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a hook's run went.
 *
 * @param run its files
 * @param status its exit status, 128 + N if signal N ended it
 * @param timedOut why it was stopped, if it was
 * @param lastLines the last lines that it printed, masked
 * @param masking what has to be hidden of what it printed
 * @param log where people can read it all
 */
public record HookResult(
        HookRun run,
        int status,
        Optional<String> timedOut,
        List<String> lastLines,
        Masking masking,
        Optional<Path> log) {

    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;
    private static final int SHOWN_LINES = 3;
    private static final int SHOWN_CHARACTERS = 300;
    private static final int LONGEST_REMARK = 1000;

    /** Whether it ended by itself with status 0. */
    public boolean succeeded() {
        return status == 0 && timedOut.isEmpty();
    }

    /** Whether a program was missing or could not be executed, which another try will not mend. */
    public boolean lacksProgram() {
        return timedOut.isEmpty() && (status == NOT_EXECUTABLE || status == NOT_FOUND);
    }

    /** What a failure's kind is, if nothing more is known. */
    public Kind kind() {
        return lacksProgram() ? Kind.FINAL : Kind.RETRYABLE;
    }

    /** One sentence about a run that did not succeed, with the end of its output and where the rest is. */
    public String sentence() {
        return complaint(run.hook() + " " + ending());
    }

    /** As a failure. */
    public ProviderException failure() {
        return new ProviderException(kind(), sentence(), null);
    }

    /** Some remark in one line, followed by where the output is. */
    public String remark(String what) {
        String line = oneLine(masking.mask(what));
        return (line.length() <= LONGEST_REMARK ? line : line.substring(0, LONGEST_REMARK) + "…") + where();
    }

    /** Some complaint in one line, followed by the end of its output and where the rest is. */
    public String complaint(String what) {
        String shown = shownLines();
        return oneLine(masking.mask(what))
                + (shown.isEmpty() ? "; it printed nothing" : "; the last it printed: " + shown)
                + where();
    }

    private String where() {
        return log.map(file -> " (all of its output is in " + file + ")").orElse("");
    }

    private String ending() {
        if (timedOut.isPresent()) {
            return "was stopped " + timedOut.get();
        }
        if (status == NOT_EXECUTABLE) {
            return "failed with status 126: something that it runs is not executable";
        }
        if (status == NOT_FOUND) {
            return "failed with status 127: a command that it runs was not found";
        }
        return "failed with status " + status + (isSignal() ? ", as after signal " + (status - 128) : "");
    }

    private boolean isSignal() {
        return status > 128 && status <= 128 + 64;
    }

    private String shownLines() {
        List<String> lines = lastLines.stream()
                .map(HookResult::oneLine)
                .filter(line -> !line.isBlank())
                .toList();
        String text = String.join(" | ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        return text.length() <= SHOWN_CHARACTERS ? text : "…" + text.substring(text.length() - SHOWN_CHARACTERS);
    }

    /** Without line breaks, control characters and terminals' colours. */
    public static String oneLine(String text) {
        return text.replaceAll("\\x1b\\[[0-9;?]*[A-Za-z]", "")
                .replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\x{85}]+", " ")
                .strip();
    }
}
