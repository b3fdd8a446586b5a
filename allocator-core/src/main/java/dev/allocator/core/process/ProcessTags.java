package dev.allocator.core.process;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Reads the tags of processes from {@code /proc/PID/environ} (proc(5)): the environment that the program got at exec. */
final class ProcessTags {

    private static final Path PROC = Path.of("/proc");

    /** How long execve(2) may take to show the new program's environment. */
    private static final Duration EXEC = Duration.ofSeconds(1);

    private static final long EXEC_STEP_NANOS = 1_000_000;

    private ProcessTags() {}

    /** All processes tagged with a machine, as far as this user may see. */
    static List<TaggedProcess> all() throws IOException {
        List<TaggedProcess> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (Path process : processes) {
                tagged(process).ifPresent(found::add);
            }
        }
        return found;
    }

    /**
     * Whether a process carries a machine's tag.
     *
     * @throws IOException if its environment may not be read
     */
    static boolean carries(ProcessIdentity process, MachineId machine) throws IOException {
        Deadline deadline = Deadline.in(EXEC);
        String tag = ChildEnvironment.MACHINE + "=" + machine.value();
        while (process.isAlive()) {
            String environment = environment(process);
            if (!environment.isEmpty()) {
                return List.of(environment.split("\0")).contains(tag);
            }
            if (deadline.expired()) {
                throw new IOException("process " + process.pid() + " shows no environment");
            }
            LockSupport.parkNanos(EXEC_STEP_NANOS);
        }
        return false;
    }

    /**
     * Empty for a process that ends, which has no memory left to read from before it is a zombie, and for one that the
     * kernel is about to turn into another program.
     */
    private static String environment(ProcessIdentity process) throws IOException {
        try {
            return Files.readString(
                    PROC.resolve(Long.toString(process.pid())).resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (AccessDeniedException e) {
            throw new IOException("process " + process.pid() + " belongs to another user", e);
        } catch (IOException e) {
            return "";
        }
    }

    private static Optional<TaggedProcess> tagged(Path process) {
        try {
            long pid = Long.parseLong(process.getFileName().toString());
            List<String> environment = shown(pid, process.resolve("environ"));
            Optional<String> machine = value(environment, ChildEnvironment.MACHINE);
            Optional<String> realm = value(environment, ChildEnvironment.REALM);
            Optional<ProcessIdentity> identity = ProcessIdentity.of(pid);
            if (machine.isEmpty() || realm.isEmpty() || identity.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new TaggedProcess(
                    new FoundProcess(identity.get()),
                    new RealmId(realm.get()),
                    new MachineId(machine.get()),
                    ProcStat.of(pid).map(ProcStat::group).orElse(0L),
                    Files.readSymbolicLink(process.resolve("cwd")),
                    shown(pid, process.resolve("cmdline"))));
        } catch (IOException | IllegalArgumentException e) {
            // Another user's, ended meanwhile, or not tagged by us.
            return Optional.empty();
        }
    }

    private static Optional<String> value(List<String> environment, String name) {
        String start = name + "=";
        return environment.stream()
                .filter(entry -> entry.startsWith(start))
                .map(entry -> entry.substring(start.length()))
                .findFirst();
    }

    /**
     * The texts in a file that shows a part of a process's memory. There is nothing in it while the process becomes
     * another program: then it is looked at again, as whoever is listed while it starts must not be missed.
     */
    private static List<String> shown(long pid, Path file) throws IOException {
        Deadline deadline = Deadline.in(EXEC);
        boolean settled = false;
        while (true) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            Optional<ProcStat> stat = text.isEmpty() ? ProcStat.of(pid).filter(ProcStat::hasMemory) : Optional.empty();
            if (stat.isEmpty() || settled || deadline.expired()) {
                return List.of(text.split("\0"));
            }
            settled = !stat.get().isBecomingAnother(); // by now, though maybe not when the file was read
            if (!settled) {
                LockSupport.parkNanos(EXEC_STEP_NANOS);
            }
        }
    }
}
