package dev.allocator.qemu.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks at this host from outside: processes and files, with none of the code under test. */
final class Host {

    private Host() {}

    /** The processes whose command line names a path, such as a state directory, by id. */
    static List<Long> processesNaming(Path path) {
        return processes(pid -> (read(pid, "cmdline").contains(path.toString()) && !isWatcher(pid))
                || read(pid, "cwd-link").startsWith(path.toString()));
    }

    /** The shell that watches over an open allocator, or over time-outs: of a realm, but of no machine. */
    private static boolean isWatcher(long pid) {
        String environment = read(pid, "environ");
        return read(pid, "cmdline").startsWith("/bin/sh\0")
                && environment.contains("ALLOCATOR_REALM=")
                && !environment.contains("ALLOCATOR_MACHINE=");
    }

    static List<Long> processes(java.util.function.Predicate<Long> matches) {
        List<Long> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[0-9]+"))
                    .map(Long::valueOf)
                    .filter(pid -> pid != ProcessHandle.current().pid())
                    .filter(matches)
                    .forEach(found::add);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return found;
    }

    /** A file of a process under /proc, or the target of its working directory; empty if it is gone. */
    static String read(long pid, String file) {
        try {
            Path folder = Path.of("/proc", Long.toString(pid));
            return file.equals("cwd-link")
                    ? Files.readSymbolicLink(folder.resolve("cwd")).toString()
                    : new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Waits until no process and no file of any machine of a state directory is left. */
    static void awaitNoMachines(Path state) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(processesNaming(state)).as("processes").isEmpty();
            assertThat(machineFiles(state)).as("files").isEmpty();
            assertThat(records(state)).as("records").isEmpty();
        });
    }

    private static List<Path> machineFiles(Path state) throws IOException {
        return files(state.resolve("machines")).filter(Files::isRegularFile).toList();
    }

    private static List<Path> records(Path state) throws IOException {
        return Stream.concat(files(state.resolve("records")), files(state.resolve("blobs")))
                .filter(Files::isRegularFile)
                .toList();
    }

    static Stream<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        }
    }
}
