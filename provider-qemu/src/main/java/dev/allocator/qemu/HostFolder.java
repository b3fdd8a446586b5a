package dev.allocator.qemu;

import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The folder for what is true on this host only, apart from images, which may be carried elsewhere or shared. Named
 * after a hash of machine-id(5), as a cache may be carried or shared, too.
 */
final class HostFolder {

    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    private HostFolder() {}

    /** Where it is, whether it exists or not. */
    static Path path(ProviderContext context) {
        return context.cacheDirectory()
                .resolve("host-" + hash(read(MACHINE_ID)))
                .resolve("qemu");
    }

    /** The folder, made for this user alone. */
    static Path create(ProviderContext context) throws IOException {
        return Files.createDirectories(
                path(context), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** The text of a file, without its line end, or nothing where there is none. */
    static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            // Not Linux, or a container without it: one fact less to tell hosts apart by.
            return "";
        }
    }

    /** 16 digits that differ where the text does. */
    static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
