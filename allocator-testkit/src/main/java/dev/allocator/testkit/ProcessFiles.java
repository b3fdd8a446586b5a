package dev.allocator.testkit;

import dev.allocator.MachineId;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The folder of a machine that is a process. */
record ProcessFiles(Path folder) {

    private static final String FOLDER = "folder";

    static ProcessFiles of(Path folder) {
        return new ProcessFiles(folder);
    }

    /** The folder that a ref names, which may be another realm's; never one that is not called like the machine. */
    static ProcessFiles of(MachineRef ref, ProviderContext context) {
        Path named = Path.of(ref.data().getOrDefault(FOLDER, ""));
        boolean trusted = named.isAbsolute() && named.endsWith(ref.machine().value());
        return new ProcessFiles(trusted ? named : context.directoryPath(ref.machine()));
    }

    MachineRef ref(String instance, MachineId machine) {
        return new MachineRef(instance, machine, Map.of(FOLDER, folder.toString()));
    }

    /** Its process id and start time. */
    Path record() {
        return folder.resolve("process");
    }

    /** Where it exists, no process starts any more. */
    Path barrier() {
        return folder.resolve("discarded");
    }

    boolean areRecorded() {
        return Files.exists(record());
    }

    void forgetProcess() throws IOException {
        Files.deleteIfExists(record());
    }

    boolean isDiscarded() {
        return !Files.isDirectory(folder) || Files.exists(barrier());
    }

    /** Puts up the barrier, unless there is no folder, where nothing can start. */
    void discard() throws IOException {
        try {
            Files.createFile(barrier());
        } catch (FileAlreadyExistsException e) {
            return; // someone else destroys it too
        } catch (IOException e) {
            if (Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    void delete() throws IOException {
        forgetProcess();
        Files.deleteIfExists(barrier());
        Files.deleteIfExists(folder);
    }
}
