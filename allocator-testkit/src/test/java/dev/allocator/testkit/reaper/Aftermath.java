package dev.allocator.testkit.reaper;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What runs on when an owner is no more: guardians, reapers, timekeepers. */
public final class Aftermath {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Aftermath() {}

    /** Waits until no process has a folder's name among its arguments, so that the folder can be deleted. */
    public static void awaitEnd(Path folder) {
        await().atMost(LIMIT).until(() -> processes(folder.toString()).isEmpty());
    }

    /** Ends them at once: for tests of something else, which may leave leases behind. */
    public static void end(Path folder) {
        await().atMost(LIMIT).until(() -> {
            List<ProcessHandle> left = processes(folder.toString());
            left.forEach(ProcessHandle::destroyForcibly);
            return left.isEmpty();
        });
    }

    /** The processes that have all these texts in their command lines. */
    static List<ProcessHandle> processes(String... texts) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> List.of(texts).stream().allMatch(commandLine(process)::contains))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"),
                    java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
