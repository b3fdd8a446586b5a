package dev.allocator.testkit;

import dev.allocator.MachineId;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineTags;
import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /** Notes what the machine is tagged with: its owner, and its expiry if there is one. */
    void note(MachineTags tags) throws IOException {
        Files.write(
                tags(),
                tags.expires().isPresent()
                        ? List.of(tags.owner(), tags.expires().get().toString())
                        : List.of(tags.owner()));
    }

    /** The owner, or empty if nothing was noted. */
    Optional<String> owner() throws IOException {
        return noted().stream().findFirst();
    }

    Optional<Instant> expires() throws IOException {
        return noted().stream().skip(1).findFirst().map(Instant::parse);
    }

    private List<String> noted() throws IOException {
        try {
            return Files.readAllLines(tags());
        } catch (NoSuchFileException e) {
            return List.of(); // not written yet, or just deleted
        }
    }

    private Path tags() {
        return folder.resolve("tags");
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
        Files.deleteIfExists(tags());
        Files.deleteIfExists(barrier());
        Files.deleteIfExists(folder);
    }
}
