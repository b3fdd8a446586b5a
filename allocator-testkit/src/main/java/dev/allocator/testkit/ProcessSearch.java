package dev.allocator.testkit;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds machines that are one sleeping process each, by what is recorded and by the tags of what runs. */
final class ProcessSearch {

    /** Longer than any test takes; the odd number tells these processes from others. */
    static final List<String> COMMAND = List.of("sleep", "86399");

    private final ProviderContext context;

    ProcessSearch(ProviderContext context) {
        this.context = context;
    }

    /**
     * All processes of a machine: the one that is recorded, which may be about to become the program and then shows no
     * tag for a moment, and those with the tag, such as a launcher that has recorded nothing yet.
     */
    List<ChildProcess> running(MachineId machine, ProcessFiles files) throws IOException {
        List<ChildProcess> running = new ArrayList<>();
        context.processes().find(files.record(), machine).ifPresent(running::add);
        for (TaggedProcess found : context.processes().tagged()) {
            if (found.machine().equals(machine)) {
                running.add(found.process());
            }
        }
        return running;
    }

    /** Machines of any realm by their processes, and those of this realm by their folders, which are there before. */
    List<FoundMachine> list() throws ProviderException {
        try {
            Map<MachineId, FoundMachine> found = new LinkedHashMap<>();
            for (TaggedProcess process : context.processes().tagged()) {
                if (isMachine(process)) {
                    Path folder = process.realm().equals(context.realm())
                            ? context.directoryPath(process.machine())
                            : process.directory();
                    found.put(
                            process.machine(),
                            describe(
                                    process.machine(),
                                    process.realm(),
                                    ProcessFiles.of(folder),
                                    "process " + process.process().pid()));
                }
            }
            for (Path folder : folders()) {
                MachineId machine = new MachineId(folder.getFileName().toString());
                if (!found.containsKey(machine)) {
                    found.put(
                            machine,
                            describe(machine, context.realm(), ProcessFiles.of(folder), "a folder without a process"));
                }
            }
            return List.copyOf(found.values());
        } catch (IOException e) {
            throw new ProviderException("cannot list machines: " + e.getMessage(), e);
        }
    }

    private FoundMachine describe(MachineId machine, RealmId realm, ProcessFiles files, String description)
            throws IOException {
        return new FoundMachine(
                files.ref(context.instance(), machine), realm, files.owner(), files.expires(), description);
    }

    private List<Path> folders() throws IOException {
        if (!Files.isDirectory(context.directories())) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(context.directories())) {
            return folders.toList();
        }
    }

    /** Whether a process is a machine of this type and, if it is of this realm, of this instance. */
    private boolean isMachine(TaggedProcess process) {
        int size = process.command().size();
        return process.command().subList(Math.max(0, size - 1), size).equals(COMMAND.subList(1, 2))
                && (!process.realm().equals(context.realm())
                        || !Files.isDirectory(process.directory())
                        || process.directory().equals(context.directoryPath(process.machine())));
    }

    MachineHealth check(MachineRef ref) throws ProviderException {
        try {
            ProcessFiles files = ProcessFiles.of(ref, context);
            List<ChildProcess> running = running(ref.machine(), files);
            if (!running.isEmpty()) {
                return new MachineHealth(
                        MachineHealth.State.RUNNING,
                        "it is process " + running.get(0).pid());
            }
            return files.areRecorded()
                    ? new MachineHealth(MachineHealth.State.STOPPED, "its process has ended")
                    : new MachineHealth(MachineHealth.State.GONE, "it has no process");
        } catch (IOException e) {
            throw new ProviderException("cannot look at machine " + ref.machine() + ": " + e.getMessage(), e);
        }
    }
}
