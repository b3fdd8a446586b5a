package dev.allocator.core.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process prints, up to a limit. A file and no pipe: nobody who inherited it can make the reader wait, and a
 * process that nobody reads does not stop. It has no name any more once the process runs, so it cannot be left behind.
 */
final class CapturedOutput implements Closeable {

    static final int LIMIT = 1 << 20;

    private final Path path;
    private boolean named = true;
    private final RandomAccessFile file;

    CapturedOutput() throws IOException {
        path = Files.createTempFile("allocator-", ".out");
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    /** Where the process that is started has to append. */
    Path path() {
        return path;
    }

    /** Once the process was started: drops the name. */
    boolean dropName() throws IOException {
        if (named) {
            Files.delete(path);
            named = false;
        }
        return true;
    }

    /** The same, and drops what is over the limit; it goes on behind the cut. Returns whether there was nothing. */
    boolean trim() throws IOException {
        boolean within = file.length() <= LIMIT;
        if (!within) {
            file.setLength(LIMIT);
        }
        return dropName() && within;
    }

    String text() throws IOException {
        byte[] bytes = new byte[(int) Math.min(LIMIT, file.length())];
        file.seek(0);
        file.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }
}
