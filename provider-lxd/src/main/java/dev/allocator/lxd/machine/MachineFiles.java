package dev.allocator.lxd.machine;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a machine's folder says to other processes about its creation.
 *
 * @param folder the machine's folder
 */
record MachineFiles(Path folder) {

    /** Whether somebody discarded the machine, possibly so long ago that its folder is gone. */
    boolean isDiscarded() {
        return !Files.isDirectory(folder) || Files.exists(discarded());
    }

    /** Puts up the barrier, where there is a folder: a creation that sees it takes away what it made. */
    void discard() throws IOException {
        if (Files.isDirectory(folder)) {
            create(discarded());
        }
    }

    /** Whether LXD may have been asked for an instance without having answered. */
    boolean isRequested() {
        return Files.exists(requested());
    }

    /** To be called before LXD is asked for an instance. */
    void request() throws IOException {
        create(requested());
    }

    /** To be called when LXD has done that, or refused. */
    void answered() throws IOException {
        Files.deleteIfExists(requested());
    }

    private Path discarded() {
        return folder.resolve("discarded");
    }

    private Path requested() {
        return folder.resolve("requested");
    }

    private void create(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException e) {
            if (Files.isDirectory(folder)) {
                throw e;
            }
        }
    }
}
