package dev.allocator.core.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a file is, so that a copy of it can be told from it.
 *
 * @param device the number of its file system's device, which may be another one after each boot
 * @param inode its number there
 */
record FilePlace(long device, long inode) {

    private static final FilePlace UNKNOWN = new FilePlace(0, 0);

    static FilePlace of(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return UNKNOWN;
        }
        return Files.getAttribute(file, "unix:dev") instanceof Long device
                        && Files.getAttribute(file, "unix:ino") instanceof Long inode
                ? new FilePlace(device, inode)
                : UNKNOWN;
    }

    /** Whether it is the place of another file. */
    boolean differs(FilePlace other, boolean sameBoot) {
        return inode != other.inode || (sameBoot && device != other.device);
    }
}
