package dev.allocator.qemu;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files in a machine's folder. QEMU runs there and names them without the folder, so that neither long paths nor
 * odd characters matter.
 *
 * @param folder the machine's folder
 */
record MachineFiles(Path folder) {

    static final String OVERLAY = "overlay.qcow2";
    /** What names of layers over more drives begin with. */
    static final String DRIVE = "drive-";

    static final String CONSOLE = "console.log";
    static final String SEED = "seed";
    static final String QMP = "qmp.sock";
    static final String QMP_DISCARD = "qmp-discard.sock";
    static final String QMP_EVENTS = "qmp-events.sock";

    /** The throw-away layer over the image. */
    Path overlay() {
        return folder.resolve(OVERLAY);
    }

    /** What the guest writes to its serial port. */
    Path console() {
        return folder.resolve(CONSOLE);
    }

    /** The folder that the guest sees as its NoCloud drive. */
    Path seed() {
        return folder.resolve(SEED);
    }

    /** The monitor for short questions. */
    Path monitor() {
        return folder.resolve(QMP);
    }

    /** The monitor that is only used to discard, so that it is free when another process has to. */
    Path discardMonitor() {
        return folder.resolve(QMP_DISCARD);
    }

    /** The monitor that somebody may listen to for a long time. */
    Path eventMonitor() {
        return folder.resolve(QMP_EVENTS);
    }

    /** QEMU's own messages. */
    Path log() {
        return folder.resolve("qemu.log");
    }

    /** The process id and start time of QEMU. */
    Path process() {
        return folder.resolve("process");
    }

    /** What the machine is, for whoever finds its folder. */
    Path note() {
        return folder.resolve("machine.json");
    }

    /** The barrier: where it exists, no QEMU starts any more. */
    Path discarded() {
        return folder.resolve("discarded");
    }

    boolean exist() {
        return Files.isDirectory(folder);
    }

    /** Whether somebody discarded the machine, possibly so long ago that its folder is gone. */
    boolean isDiscarded() {
        return !exist() || Files.exists(discarded());
    }

    /** Puts up the barrier; returns whether there is a folder at all. */
    boolean discard() throws IOException {
        try {
            Files.createFile(discarded());
        } catch (FileAlreadyExistsException e) {
            return true;
        } catch (IOException e) {
            if (!exist()) {
                return false;
            }
            throw e;
        }
        return true;
    }

    /** Deletes all files but the barrier, and nothing that is not known. */
    void delete() throws IOException {
        List<Path> all = List.of(
                overlay(),
                console(),
                monitor(),
                discardMonitor(),
                eventMonitor(),
                log(),
                process(),
                note(),
                seed().resolve(NoCloudSeed.USER_DATA),
                seed().resolve(NoCloudSeed.META_DATA),
                seed());
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
        // What a launcher was about to move to the record's name when it was killed.
        deleteAll(process().getFileName() + ".*");
        deleteAll(DRIVE + "*.qcow2");
    }

    private void deleteAll(String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return; // the folder is gone, and all in it
        }
    }

    /** The last line of {@link #log()} that says what went wrong. */
    Optional<String> lastMessage() {
        return QemuMessages.lastIn(log());
    }
}
