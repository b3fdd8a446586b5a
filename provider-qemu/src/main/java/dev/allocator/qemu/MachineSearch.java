package dev.allocator.qemu;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds machines by their folders and by the tags of running QEMUs, and looks at them. */
final class MachineSearch {

    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final ProviderContext context;

    MachineSearch(ProviderContext context) {
        this.context = context;
    }

    List<FoundMachine> list() throws ProviderException {
        try {
            Map<MachineId, FoundMachine> found = new LinkedHashMap<>();
            for (TaggedProcess process : context.processes().tagged()) {
                if (isQemu(process) && !isOfAnotherInstance(process)) {
                    found.put(process.machine(), describe(process));
                }
            }
            for (MachineId machine : withFolder()) {
                MachineFiles files = new MachineFiles(context.directoryPath(machine));
                found.computeIfAbsent(
                        machine, id -> describe(id, files, context.realm(), "no QEMU runs, its files are left"));
            }
            return List.copyOf(found.values());
        } catch (IOException e) {
            throw new ProviderException("cannot list machines: " + e.getMessage(), e);
        }
    }

    MachineHealth check(MachineRef ref) throws ProviderException {
        MachineFiles files = MachineFolder.of(ref, context);
        try {
            Optional<ChildProcess> process = context.processes().find(files.process(), ref.machine());
            if (process.isEmpty()) {
                process = context.processes().tagged().stream()
                        .filter(found -> found.machine().equals(ref.machine()) && isQemu(found))
                        .map(TaggedProcess::process)
                        .findFirst();
            }
            if (process.isPresent()) {
                return new MachineHealth(
                        State.RUNNING, "QEMU runs as process " + process.get().pid());
            }
            if (answers(ref.machine(), files)) {
                return new MachineHealth(State.RUNNING, "QEMU answers at " + files.monitor());
            }
            if (files.isDiscarded() && !Files.exists(files.overlay())) {
                return new MachineHealth(State.GONE, "there is neither a QEMU nor a disk");
            }
            return new MachineHealth(
                    State.STOPPED,
                    "QEMU does not run"
                            + files.lastMessage()
                                    .map(message -> "; it said last: " + message)
                                    .orElse(""));
        } catch (IOException e) {
            throw new ProviderException("cannot look at machine " + ref.machine() + ": " + e.getMessage(), e);
        }
    }

    /** A QEMU in another pid namespace is not seen, yet it answers. */
    private static boolean answers(MachineId machine, MachineFiles files) throws IOException {
        if (!Files.exists(files.monitor())) {
            return false;
        }
        try {
            Monitor.connect(files.monitor(), machine, Deadline.in(ANSWER)).close();
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while QEMU was asked", e);
        }
    }

    private static boolean isQemu(TaggedProcess process) {
        int uuid = process.command().indexOf("-uuid");
        return uuid > 0
                && uuid + 1 < process.command().size()
                && process.command().get(uuid + 1).equals(process.machine().value());
    }

    /** A realm may have several instances of this type, which share nothing but the tag. */
    private boolean isOfAnotherInstance(TaggedProcess process) {
        return process.realm().equals(context.realm())
                && Files.isDirectory(process.directory())
                && !Files.isDirectory(context.directoryPath(process.machine()));
    }

    private FoundMachine describe(TaggedProcess process) {
        return describe(
                process.machine(),
                new MachineFiles(process.directory()),
                process.realm(),
                "QEMU runs as process " + process.process().pid());
    }

    private FoundMachine describe(MachineId machine, MachineFiles files, RealmId realm, String description) {
        MachineNote note = MachineNote.read(files.note());
        MachineRef ref = new MachineRef(
                context.instance(),
                machine,
                Map.of(QemuProvider.DIRECTORY, files.folder().toString()));
        return new FoundMachine(
                ref,
                note.realm().orElse(realm),
                note.owner(),
                note.expires(),
                note.image().isEmpty() ? description : description + " (" + note.image() + ")");
    }

    private List<MachineId> withFolder() throws IOException {
        if (!Files.isDirectory(context.directories())) {
            return List.of();
        }
        List<MachineId> machines = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(context.directories(), Files::isDirectory)) {
            for (Path folder : folders) {
                machineId(String.valueOf(folder.getFileName())).ifPresent(machines::add);
            }
        }
        return machines;
    }

    private static Optional<MachineId> machineId(String name) {
        try {
            return Optional.of(new MachineId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
