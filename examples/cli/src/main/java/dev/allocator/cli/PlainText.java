package dev.allocator.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Passes text on without what a terminal obeys: control characters other than ends of lines and tabs, and sequences. */
final class PlainText extends FilterOutputStream {

    private static final int ESCAPE = 0x1b;
    private static final int DELETE = 0x7f;

    private enum State {
        TEXT,
        ESCAPED,
        SEQUENCE
    }

    private State state = State.TEXT;

    PlainText(OutputStream out) {
        super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i] & 0xff);
        }
    }

    @Override
    public void write(int b) throws IOException {
        if (b == ESCAPE) {
            state = State.ESCAPED;
            return;
        }
        switch (state) {
            case TEXT -> {
                if ((b >= ' ' && b != DELETE) || b == '\n' || b == '\t') {
                    out.write(b);
                }
            }
            case ESCAPED -> state = b == '[' ? State.SEQUENCE : State.TEXT;
            case SEQUENCE -> state = b >= '@' && b <= '~' ? State.TEXT : State.SEQUENCE; // ECMA-48, 5.4
        }
    }
}
