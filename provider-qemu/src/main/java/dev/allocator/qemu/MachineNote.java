package dev.allocator.qemu;

import dev.allocator.LeaseId;
import dev.allocator.RealmId;
import dev.allocator.spi.MachineTags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a machine's folder says about the machine.
 *
 * @param realm the realm that made it
 * @param owner its owner as of its creation
 * @param expires its expiry as of its creation
 * @param image its image
 * @param accelerator how its guest runs
 */
record MachineNote(
        Optional<RealmId> realm,
        Optional<String> owner,
        Optional<Instant> expires,
        String image,
        Accelerator accelerator) {

    /** Writes it before anything else of the machine exists. */
    static void write(Path file, Guest guest, MachineTags tags, Accelerator accelerator) throws IOException {
        Map<String, Object> note = new LinkedHashMap<>();
        note.put("format", 1);
        note.put("machine", guest.machine().value());
        note.put("realm", tags.realm().value());
        tags.lease().map(LeaseId::value).ifPresent(lease -> note.put("lease", lease));
        note.put("owner", tags.owner());
        tags.expires().ifPresent(expires -> note.put("expires", expires.toString()));
        note.put("image", guest.image().path().toString());
        note.put("accel", accelerator.name());
        note.put("accel-reason", accelerator.reason());
        note.put("accel-fallback", accelerator.fallback());
        Files.writeString(file, Json.write(note) + "\n");
    }

    /** Reads as much of it as can be read. */
    static MachineNote read(Path file) {
        Map<String, Object> note;
        try {
            note = Json.object(Files.readString(file));
        } catch (IOException e) {
            // Half written or not at all: the machine is found nevertheless, with nothing known about it.
            note = Map.of();
        }
        return new MachineNote(
                text(note, "realm").flatMap(MachineNote::realm),
                text(note, "owner"),
                text(note, "expires").flatMap(MachineNote::instant),
                Json.text(note, "image"),
                new Accelerator(
                        Json.text(note, "accel"),
                        Json.text(note, "accel-reason"),
                        Boolean.TRUE.equals(note.get("accel-fallback"))));
    }

    private static Optional<String> text(Map<String, Object> note, String key) {
        return Optional.of(Json.text(note, key)).filter(text -> !text.isEmpty());
    }

    private static Optional<RealmId> realm(String text) {
        try {
            return Optional.of(new RealmId(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
