package dev.allocator.script.fixed;

import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Hosts that get no new users, for all processes with the same state directory: those with a file of their name, which
 * says why in its first line. A person may write and remove such files as well.
 */
final class OutOfService {

    private static final int MOST = 500;

    private final Path folder;

    OutOfService(ProviderContext context) {
        // Beside the folders of machines, whose names are UUIDs.
        this.folder = context.directories().resolve("out-of-service");
    }

    /** Why a host is out of service; empty if it is not. */
    Optional<String> reason(Host host) {
        Path file = file(host.name());
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(file)) {
            return Optional.of(lines.filter(line -> !line.isBlank())
                    .findFirst()
                    .map(OutOfService::shortened)
                    .orElse("nobody said why"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) { // the stream wraps what it meets
            return Optional.of("its file cannot be read: " + e.getMessage());
        }
    }

    /**
     * Takes a host out of service, durably. Who is there already keeps its reason: it is nearer to the cause.
     *
     * @param details more lines for whoever looks into it
     */
    void add(String host, String reason, String details) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        boolean unused = DurableFile.create(
                file(host), HostReader.oneLine(reason) + "\n" + (details.isBlank() ? "" : "\n" + details + "\n"));
    }

    /** The command that puts a host back. */
    String remedy(Host host) {
        return "rm " + quoted(file(host.name()).toString());
    }

    private Path file(String host) {
        return folder.resolve(host);
    }

    private static String shortened(String line) {
        return line.length() <= MOST ? line : line.substring(0, MOST) + "…";
    }

    private static String quoted(String path) {
        return path.matches("[A-Za-z0-9/._+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }
}
