package dev.allocator.core.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/** Reads a growing file line by line, up to a limit, from where it ends at first. For one thread. */
final class OutputLines implements Closeable {

    /** How much of a file is told. */
    static final long LIMIT = 16 << 20;

    private static final int LONGEST = 64 << 10;
    private static final String LIMIT_REACHED = "[more than 16 MiB of output: the rest is dropped]";

    private final RandomAccessFile file;
    private final long end;
    private final Consumer<String> listener;
    private final byte[] line = new byte[LONGEST];
    private int length;

    OutputLines(Path path, Consumer<String> listener) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "rw");
        this.end = file.length() + LIMIT;
        this.listener = listener;
        file.seek(file.length());
    }

    /** Tells the lines that are complete by now, and drops what is over the limit. */
    void advance() throws IOException {
        byte[] bytes = new byte[8192];
        while (file.getFilePointer() < end) {
            int count = file.read(bytes, 0, (int) Math.min(bytes.length, end - file.getFilePointer()));
            if (count < 0) {
                break;
            }
            for (int i = 0; i < count; i++) {
                add(bytes[i]);
            }
        }
        if (file.length() > end) {
            file.setLength(end); // what appends goes on behind the cut
        }
    }

    /** Tells the rest. */
    void finish() throws IOException {
        boolean over = file.length() > end;
        advance();
        if (length > 0) {
            tell();
        }
        if (over || file.getFilePointer() >= end) {
            listener.accept(LIMIT_REACHED);
        }
    }

    private void add(byte b) {
        if (b == '\n') {
            tell();
            return;
        }
        line[length++] = b;
        if (length == LONGEST) {
            tell();
        }
    }

    private void tell() {
        int shown = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        String text = new String(Arrays.copyOf(line, shown), StandardCharsets.UTF_8);
        length = 0;
        listener.accept(text);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
