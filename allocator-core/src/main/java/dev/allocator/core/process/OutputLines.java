package dev.allocator.core.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads a growing file line by line, up to a limit, from where it ends at first. For one thread. */
final class OutputLines implements Closeable {

    /** How much of a file is told. */
    static final long LIMIT = 16 << 20;

    private static final int LONGEST = 64 << 10;
    private static final long LITTLE = 64 << 10;
    private static final long STEP = 256 << 10;
    private static final String LIMIT_REACHED = "[more than 16 MiB of output: the rest is dropped]";

    private final RandomAccessFile file;
    private final long end;
    private final Consumer<String> listener;
    private final byte[] line = new byte[LONGEST];
    private int length;
    private boolean dropped;

    OutputLines(Path path, Consumer<String> listener) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "rw");
        this.end = file.length() + LIMIT;
        this.listener = listener;
        file.seek(file.length());
    }

    /**
     * Tells some of the lines that are complete by now, as whoever listens may take long and the process has a deadline,
     * and drops what is over the limit.
     *
     * @return whether that was little
     */
    boolean advance() throws IOException {
        return advance(STEP);
    }

    private boolean advance(long most) throws IOException {
        long start = file.getFilePointer();
        long stop = most < end - start ? start + most : end;
        byte[] bytes = new byte[64 << 10];
        boolean within = cut();
        while (file.getFilePointer() < stop) {
            int count = file.read(bytes, 0, (int) Math.min(bytes.length, stop - file.getFilePointer()));
            if (count < 0) {
                break;
            }
            for (int i = 0; i < count; i++) {
                add(bytes[i]);
            }
            within &= cut(); // in between, as telling may take long
        }
        return within && file.getFilePointer() - start < LITTLE;
    }

    /** Drops what is over the limit, behind which goes on what appends; returns whether there was nothing. */
    private boolean cut() throws IOException {
        if (file.length() <= end) {
            return true;
        }
        file.setLength(end);
        dropped = true;
        return false;
    }

    /** Tells the rest. */
    void finish() throws IOException {
        boolean unused = advance(LIMIT);
        if (length > 0) {
            tell(length);
        }
        if (dropped) {
            listener.accept(LIMIT_REACHED);
        }
    }

    private void add(byte b) {
        if (b == '\n') {
            tell(length > 0 && line[length - 1] == '\r' ? length - 1 : length);
            length = 0;
            return;
        }
        if (length == LONGEST) {
            int whole = wholeCharacters();
            tell(whole);
            System.arraycopy(line, whole, line, 0, length - whole);
            length -= whole;
        }
        line[length++] = b;
    }

    /** How much of a full buffer can be told without cutting a character of UTF-8, the next bytes of which are to come. */
    private int wholeCharacters() {
        int lead = length - 1;
        while (lead > length - 4 && (line[lead] & 0xC0) == 0x80) {
            lead--;
        }
        int first = line[lead] & 0xFF;
        int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
        return lead + size > length ? lead : length;
    }

    private void tell(int shown) {
        listener.accept(new String(line, 0, shown, StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
