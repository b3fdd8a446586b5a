package dev.allocator.core.flow;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Passes on no more than some bytes, whatever else is written. */
final class CappedStream extends FilterOutputStream {

    private final long most;
    private long written;

    CappedStream(OutputStream out, long most) {
        super(out);
        this.most = most;
    }

    /** How many bytes were passed on. */
    long written() {
        return written;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int passed = (int) Math.min(length, most - written);
        out.write(bytes, offset, passed);
        written += passed;
    }
}
