package dev.allocator.script.hook;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a hook prints, for people: appended line by line, up to a size. A log that cannot be written disturbs nobody. */
final class HookLog implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(HookLog.class);
    private static final long LIMIT = 16 << 20;

    /** From here on a line may wait for the next ones, so that a flood of them takes no time. */
    private static final long FLOOD = 1 << 20;

    private final Optional<OutputStream> stream;
    private long size;

    private HookLog(Optional<OutputStream> stream, long size) {
        this.stream = stream;
        this.size = size;
    }

    static HookLog open(Optional<Path> file) {
        if (file.isEmpty()) {
            return new HookLog(Optional.empty(), 0);
        }
        try {
            createPrivate(file.get());
            // No channel: an interrupted thread may still write here.
            OutputStream stream = new FileOutputStream(file.get().toFile(), true);
            return new HookLog(Optional.of(new BufferedOutputStream(stream)), Files.size(file.get()));
        } catch (IOException e) {
            LOG.warn("there is no log {}: {}", file.get(), e.toString());
            return new HookLog(Optional.empty(), 0);
        }
    }

    private static void createPrivate(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            return; // from an earlier run
        }
    }

    void line(String text) {
        if (stream.isEmpty() || size >= LIMIT) {
            return;
        }
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        size += bytes.length;
        try {
            stream.get().write(bytes);
            if (size >= LIMIT) {
                stream.get().write("[this log is full]\n".getBytes(StandardCharsets.UTF_8));
            }
            if (size < FLOOD) {
                stream.get().flush();
            }
        } catch (IOException e) {
            LOG.warn("cannot write a log: {}", e.toString());
            size = LIMIT;
        }
    }

    @Override
    public void close() {
        try {
            if (stream.isPresent()) {
                stream.get().close();
            }
        } catch (IOException e) {
            LOG.warn("cannot close a log: {}", e.toString());
        }
    }
}
