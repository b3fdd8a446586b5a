package dev.allocator.core.machine;

import dev.allocator.AllocatorOptions;
import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.StoreException;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where things are kept.
 *
 * @param state records and what belongs to this host's machines; every folder in it has mode 0700
 * @param cache what may be deleted at any time
 */
public record StateLayout(Path state, Path cache) {

    private static final int DELETE_TRIES = 10;

    /** Bytes for the records of some leases, from intent to history. */
    private static final long NEEDED = 1 << 20;

    /** The folders that options and environment ask for, by the XDG Base Directory Specification. */
    public static StateLayout of(AllocatorOptions options) {
        Map<String, String> environment = options.environment();
        Path state = folder(options.stateDirectory(), environment, "ALLOCATOR_STATE_DIR")
                .orElseGet(() -> xdg(environment, "XDG_STATE_HOME", ".local/state"));
        Path cache = folder(options.cacheDirectory(), environment, "ALLOCATOR_CACHE_DIR")
                .orElseGet(() -> xdg(environment, "XDG_CACHE_HOME", ".cache"));
        Path working = options.workingDirectory();
        return new StateLayout(
                working.resolve(state).normalize(), working.resolve(cache).normalize());
    }

    private static Optional<Path> folder(Optional<Path> option, Map<String, String> environment, String variable) {
        return option.or(() -> Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isBlank())
                .map(Path::of));
    }

    private static Path xdg(Map<String, String> environment, String variable, String fallback) {
        String value = environment.getOrDefault(variable, "");
        // The specification says that relative paths in these variables are invalid and to be ignored.
        Path base = value.startsWith("/") ? Path.of(value) : home(environment).resolve(fallback);
        return base.resolve("allocator");
    }

    private static Path home(Map<String, String> environment) {
        return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
    }

    /** The folder with a folder for each provider instance. */
    public Path machines() {
        return state.resolve("machines");
    }

    /** The folder of all machines of a provider instance. */
    public Path machines(String instance) {
        return machines().resolve(instance);
    }

    /** A machine's folder. */
    public Path machine(String instance, MachineId machine) {
        return machines(instance).resolve(machine.value());
    }

    /** Where all that is known of a failed allocation is kept. */
    public Path evidence(LeaseId lease) {
        return evidence().resolve(lease.value());
    }

    /** The folder of all evidence. */
    public Path evidence() {
        return state.resolve("evidence");
    }

    /**
     * Creates a folder and its parents with mode 0700.
     *
     * @throws StoreException if that fails
     */
    public static Path create(Path folder) {
        try {
            return Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new StoreException(
                    "cannot create the folder " + folder + ": " + e + "; set ALLOCATOR_STATE_DIR to a writable one", e);
        }
    }

    /**
     * Refuses to go on where there is not even space to record what happens later.
     *
     * @throws StoreException if the disk is full
     */
    public void requireSpace() {
        File folder = state.toFile();
        long usable = folder.getUsableSpace();
        if (usable < NEEDED && folder.getTotalSpace() > 0) { // which is 0 where that cannot be known
            throw new StoreException(
                    "nothing can be allocated: there is no space left in " + state + " (" + usable / 1024
                            + " KiB); free some space, or choose another state directory (ALLOCATOR_STATE_DIR)",
                    null);
        }
    }

    /** Deletes a folder and all in it, following no links; does nothing if it does not exist. */
    public static void delete(Path folder) throws IOException {
        for (int tries = 1; Files.isDirectory(folder); tries++) {
            try {
                deleteOnce(folder);
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                if (tries == DELETE_TRIES) { // someone else creates or deletes files in it all the time
                    throw e;
                }
            }
        }
    }

    private static void deleteOnce(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
