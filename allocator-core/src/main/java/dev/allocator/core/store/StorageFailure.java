package dev.allocator.core.store;

import dev.allocator.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;

/** Words for what goes wrong with files. */
final class StorageFailure {

    private StorageFailure() {}

    /**
     * One sentence: what was tried, where, why it failed, what to do.
     *
     * @param tried such as {@code read the record lease/1}
     */
    static StoreException of(String tried, Path where, IOException cause) {
        String reason = reason(cause);
        return new StoreException(
                "cannot " + tried + " in " + where + ": " + reason + "; " + advice(reason, cause), cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return cause.getMessage() + " does not exist";
        }
        if (cause instanceof AccessDeniedException) {
            return cause.getMessage() + " is not accessible to this user (permission denied)";
        }
        if (cause instanceof NotDirectoryException || cause instanceof FileAlreadyExistsException) {
            return cause.getMessage() + " is not a folder";
        }
        if (cause instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getFile() + ": " + failure.getReason();
        }
        return Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    }

    private static String advice(String reason, IOException cause) {
        if (reason.contains("No space left") || reason.contains("quota")) {
            return "free some space and try again";
        }
        if (reason.contains("Read-only file system") || cause instanceof AccessDeniedException) {
            return "make it writable for this user, or choose another state directory (ALLOCATOR_STATE_DIR)";
        }
        if (reason.contains("Too many open files")) {
            return "close what this process has open, or raise its limit (ulimit -n)";
        }
        if (cause instanceof NoSuchFileException) {
            return "if the state directory was removed, restart what uses it";
        }
        return "check that folder and its disk, or choose another state directory (ALLOCATOR_STATE_DIR)";
    }
}
