package dev.allocator.core.readiness;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A script failed in a machine; the message is one sentence for people. */
public final class GuestFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<String> lastLines;

    GuestFailure(String message, List<String> lastLines, @Nullable Throwable cause) {
        super(message, cause);
        this.lastLines = List.copyOf(lastLines);
    }

    /** The last lines it wrote, at most 20; empty if it wrote nothing. */
    public List<String> lastLines() {
        return lastLines;
    }
}
