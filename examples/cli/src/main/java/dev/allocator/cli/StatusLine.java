package dev.allocator.cli;

import java.io.OutputStream;
import java.io.PrintStream;

/**
 * The error output with one line at its end that changes, if it is a terminal: what is written, by a library's log too,
 * goes above that line. Safe for several threads.
 */
final class StatusLine extends OutputStream {

    private static final int WIDTH = 79;
    private static final String ERASE = "\r\033[K";
    /** A terminal that is narrower shows what fits, where a second line could not be erased (DECAWM). */
    private static final String WITHOUT_WRAPPING = "\033[?7l";

    private static final String WRAPPING = "\033[?7h";

    private final PrintStream terminal;
    private final boolean live;
    private String text = "";
    private boolean drawn;

    /**
     * On top of the error output.
     *
     * @param live whether that is a terminal which can erase a line; else no line is ever shown
     */
    StatusLine(PrintStream terminal, boolean live) {
        this.terminal = terminal;
        this.live = live;
    }

    boolean isLive() {
        return live;
    }

    /** Shows a line instead of the one before; an empty one removes it. */
    synchronized void show(String line) {
        if (live) {
            text = line.length() > WIDTH ? line.substring(0, WIDTH - 1) + "…" : line;
            erase();
            draw();
        }
    }

    private void erase() {
        if (drawn) {
            terminal.print(ERASE);
            terminal.flush();
            drawn = false;
        }
    }

    private void draw() {
        if (!text.isEmpty()) {
            terminal.print(WITHOUT_WRAPPING + text + WRAPPING);
            terminal.flush();
            drawn = true;
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (length > 0) {
            erase();
            terminal.write(bytes, offset, length);
            if (bytes[offset + length - 1] == '\n') {
                draw();
            }
        }
    }

    @Override
    public void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void flush() {
        terminal.flush();
    }
}
