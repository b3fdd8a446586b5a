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
import java.util.function.BiPredicate;

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
        Deadline deadline = Deadline.in(EXEC);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (Path process : processes) {
                tagged(process, deadline).ifPresent(found::add);
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
     * kernel turns into another program.
     */
    private static String environment(ProcessIdentity process) throws IOException {
        try {
            String text = Files.readString(
                    PROC.resolve(Long.toString(process.pid())).resolve("environ"), StandardCharsets.ISO_8859_1);
            return ProcStat.of(process.pid())
                    .filter(stat -> isWholeEnvironment(text, stat))
                    .map(stat -> text)
                    .orElse("");
        } catch (AccessDeniedException e) {
            throw new IOException("process " + process.pid() + " belongs to another user", e);
        } catch (IOException e) {
            return "";
        }
    }

    private static Optional<TaggedProcess> tagged(Path process, Deadline deadline) {
        try {
            long pid = Long.parseLong(process.getFileName().toString());
            List<String> environment =
                    shown(pid, process.resolve("environ"), ProcessTags::isWholeEnvironment, deadline);
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
                    shown(pid, process.resolve("cmdline"), ProcessTags::isCommand, deadline)));
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
     * The texts in a file that shows a part of a process's memory. A process that becomes another program meanwhile shows
     * nothing, or only a part: then it is looked at again, as whoever is listed while it starts must not be missed.
     *
     * @param whole whether a text is all that a process shows which looked so after it was read
     */
    private static List<String> shown(long pid, Path file, BiPredicate<String, ProcStat> whole, Deadline deadline)
            throws IOException {
        while (true) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            Optional<ProcStat> stat = ProcStat.of(pid).filter(ProcStat::hasMemory);
            if (stat.isEmpty() || whole.test(text, stat.get()) || deadline.expired()) {
                String[] texts = text.split("\0");
                return texts.length == 0 ? List.of("") : List.of(texts);
            }
            LockSupport.parkNanos(EXEC_STEP_NANOS);
        }
    }

    private static boolean isWholeEnvironment(String text, ProcStat stat) {
        return !stat.isBecomingAnother() && text.length() == stat.environment().length();
    }

    /** A program may have overwritten its arguments, which are as long as it likes then. */
    private static boolean isCommand(String text, ProcStat stat) {
        return !stat.isBecomingAnother() && text.isEmpty() == (stat.arguments().length() == 0);
    }
}
