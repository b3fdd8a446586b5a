package dev.allocator.core.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.AllocatorException;
import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.StoreException;
import dev.allocator.core.machine.StateLayout;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What a dry run for one realm showed: only that may be destroyed, for an hour. */
final class Review {

    private static final Duration VALID = Duration.ofHours(1);

    /** Begins the names of files that are being written. */
    private static final String UNFINISHED = "new-";

    private final Path file;
    private final RealmId realm;

    Review(StateLayout layout, RealmId realm) {
        this.file = layout.state().resolve("reviewed").resolve(realm + ".json");
        this.realm = realm;
    }

    /** Remembers what was shown. */
    void save(Collection<MachineId> shown, Instant now) {
        ObjectNode tree = JsonRecord.emptyTree();
        JsonRecord.put(tree, "at", now);
        ArrayNode machines = tree.putArray("machines");
        shown.forEach(machine -> machines.add(machine.value()));
        Path folder = StateLayout.create(file.resolveSibling(""));
        try {
            removeUnfinished(folder, now);
            Path temporary = Files.createTempFile(
                    folder,
                    UNFINISHED,
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(temporary, tree + "\n");
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new StoreException("cannot write what the dry run showed to " + file + ": " + e, e);
        }
    }

    /** Removes what somebody left who was killed. */
    private static void removeUnfinished(Path folder, Instant now) throws IOException {
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, UNFINISHED + "*")) {
            for (Path file : unfinished) {
                if (Files.exists(file)
                        && Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(VALID))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * What was shown.
     *
     * @throws AllocatorException if nothing was within the last hour
     */
    Set<MachineId> load(Instant now) {
        try {
            ObjectNode tree = JsonRecord.parse(Files.readString(file), file.toString());
            Instant at = Instant.parse(tree.path("at").asText());
            if (!at.isAfter(now) && at.plus(VALID).isAfter(now)) {
                Set<MachineId> shown = new HashSet<>();
                for (JsonNode machine : tree.path("machines")) {
                    shown.add(new MachineId(machine.asText()));
                }
                return shown;
            }
        } catch (NoSuchFileException e) {
            throw none();
        } catch (IOException | StoreException | DateTimeException | IllegalArgumentException e) {
            throw new AllocatorException(
                    "cannot read what the dry run for realm " + realm + " showed; make it again: " + e, e);
        }
        throw none();
    }

    private AllocatorException none() {
        return new AllocatorException(
                "nothing was destroyed: no dry run for realm " + realm + " was made within the last hour; make one"
                        + " first, so that you see which machines would be destroyed",
                null);
    }
}
