package dev.allocator.core.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * A sign of life that an owner writes into its lock file each minute, for those who cannot judge by the lock.
 *
 * @param host the owner's host
 * @param namespace its pid namespace
 * @param boot the boot id of its host
 * @param uptime seconds since that boot, which nobody can set; see /proc/uptime in proc(5)
 * @param at the same by the wall clock, for other boots and hosts
 * @param place of the file it was written to; a copy is elsewhere
 */
record Heartbeat(String host, String namespace, String boot, long uptime, Instant at, FilePlace place) {

    /** Each is as long as any other, so that a new one overwrites the last one as a whole. */
    private static final int BYTES = 1024;

    private static final Path UPTIME = Path.of("/proc/uptime");

    /** One of now. */
    static Heartbeat of(OwnerId owner, FilePlace place, Instant now) {
        return new Heartbeat(owner.host(), owner.namespace(), owner.boot(), uptimeHere(), now, place);
    }

    /** Reads that of another process's lock file; empty if it cannot be understood. */
    static Optional<Heartbeat> read(Path file) {
        try {
            ObjectNode tree = JsonRecord.parse(Files.readString(file), "the sign of life in " + file);
            return Optional.of(new Heartbeat(
                    tree.path("host").asText(),
                    tree.path("namespace").asText(),
                    tree.path("boot").asText(),
                    tree.required("uptime").asLong(),
                    Instant.parse(tree.path("at").asText()),
                    new FilePlace(
                            tree.required("device").asLong(),
                            tree.required("inode").asLong())));
        } catch (IOException | StoreException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    byte[] bytes() {
        ObjectNode tree = JsonRecord.emptyTree();
        tree.put("host", host);
        tree.put("namespace", namespace);
        tree.put("boot", boot);
        tree.put("uptime", uptime);
        tree.put("at", at.toString());
        tree.put("device", place.device());
        tree.put("inode", place.inode());
        byte[] text = tree.toString().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[Math.max(BYTES, text.length + 1)];
        Arrays.fill(bytes, (byte) ' ');
        System.arraycopy(text, 0, bytes, 0, text.length);
        bytes[bytes.length - 1] = '\n';
        return bytes;
    }

    /**
     * How long ago it was: by a clock that nobody sets if it is of this boot, else by the wall clock.
     *
     * @param modified when the file was written, as its file system says
     */
    Duration age(OwnerId self, Instant now, Instant modified) {
        if (!boot.isEmpty() && boot.equals(self.boot()) && uptime >= 0) {
            return Duration.ofSeconds(uptimeHere() - uptime);
        }
        return Duration.between(at.isAfter(modified) ? at : modified, now);
    }

    private static long uptimeHere() {
        try {
            String text = Files.readString(UPTIME);
            return Long.parseLong(text.substring(0, text.indexOf('.')));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return -1; // not on this system
        }
    }
}
