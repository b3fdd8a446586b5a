package dev.allocator.core.store;

import dev.allocator.RealmId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code realm.json}: whose store this is, and where it was made.
 *
 * @param realm the store's id
 * @param place where the folder was when the store was made
 */
record RealmFile(RealmId realm, Place place) {

    private static final int FORMAT = 1;
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    /**
     * Where a folder is. A copy is somewhere else.
     *
     * @param machine the host's id, or empty if it has none
     * @param device the number of the file system's device
     * @param inode the folder's number there
     */
    record Place(String machine, long device, long inode) {

        /** Where a folder is now. */
        static Place of(Path folder) throws IOException {
            String machine = PrivateFiles.read(MACHINE_ID)
                    .map(id -> new String(id, StandardCharsets.UTF_8).strip())
                    .orElse("");
            if (!folder.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                return new Place(machine, 0, 0);
            }
            return new Place(machine, number(folder, "unix:dev"), number(folder, "unix:ino"));
        }

        /** Whether both are the same; spelt out, as the equals of a record costs a program's start some 20 ms. */
        boolean isSameAs(Place other) {
            return machine.equals(other.machine) && device == other.device && inode == other.inode;
        }

        private static long number(Path folder, String attribute) throws IOException {
            return Files.getAttribute(folder, attribute) instanceof Long number ? number : 0;
        }
    }

    /** What the file says, or empty if there is none. */
    static Optional<RealmFile> read(Path file) throws IOException {
        Optional<byte[]> content = PrivateFiles.read(file);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        String json = new String(content.get(), StandardCharsets.UTF_8);
        long format = number(json, "format", file);
        if (format != FORMAT) {
            throw new IOException(
                    file + " has format " + format + ", made by a newer version of this library; use that");
        }
        try {
            return Optional.of(new RealmFile(
                    new RealmId(text(json, "realm", file)),
                    new Place(text(json, "machine", file), number(json, "device", file), number(json, "inode", file))));
        } catch (IllegalArgumentException e) {
            throw damaged(file, "realm");
        }
    }

    /** Writes it, durably. Needs the lock. */
    void write(Path file) throws IOException {
        String json = """
                {
                  "format": %d,
                  "realm": "%s",
                  "machine": "%s",
                  "device": %d,
                  "inode": %d
                }
                """.formatted(FORMAT, realm, place.machine(), place.device(), place.inode());
        PrivateFiles.replace(file, json.getBytes(StandardCharsets.UTF_8), file.resolveSibling("realm.json.tmp"), true);
    }

    private static String text(String json, String name, Path file) throws IOException {
        return field(json, name, "\"([^\"\\\\]*)\"", file);
    }

    private static long number(String json, String name, Path file) throws IOException {
        return Long.parseLong(field(json, name, "(-?\\d{1,18})", file));
    }

    private static String field(String json, String name, String form, Path file) throws IOException {
        Matcher field = Pattern.compile("\"" + name + "\"\\s*:\\s*" + form).matcher(json);
        if (!field.find()) {
            throw damaged(file, name);
        }
        return field.group(1);
    }

    private static IOException damaged(Path file, String field) {
        return new IOException(file + " is damaged (no valid \"" + field
                + "\"); restore it, or remove the whole state directory once none of its machines is left");
    }
}
