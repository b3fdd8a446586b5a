package dev.allocator.core.readiness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Passes output on and remembers its last lines. */
final class LogTail extends OutputStream {

    private static final int LINES = 20;
    private static final int LONGEST_LINE = 500;

    private final OutputStream log;
    private final Deque<String> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LogTail(OutputStream log) {
        this.log = log;
    }

    @Override
    public void write(int b) throws IOException {
        log.write(b);
        if (b == '\n') {
            endLine();
        } else if (line.size() < LONGEST_LINE) {
            line.write(b);
        }
    }

    @Override
    public void flush() throws IOException {
        log.flush();
    }

    /** The last lines that are not blank. */
    List<String> lines() {
        endLine();
        return new ArrayList<>(lines);
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        line.reset();
        if (!text.isEmpty()) {
            lines.addLast(text);
        }
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }
}
