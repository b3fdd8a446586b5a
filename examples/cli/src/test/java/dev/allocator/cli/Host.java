package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at this host from outside: processes and files, with none of the code under test. */
final class Host {

    private static final Pattern REALM = Pattern.compile("\"realm\"\\s*:\\s*\"([0-9a-f-]+)\"");

    private Host() {}

    /** The processes that belong to machines of a state directory: they name it, work in it, or bear its mark. */
    static List<Long> machineProcesses(Path state) {
        String mark = "ALLOCATOR_REALM=" + realm(state);
        return processes()
                .filter(pid -> read(pid, "cmdline").contains(state.toString())
                        || read(pid, "environ").contains(mark)
                        || workingDirectory(pid).startsWith(state.toString()))
                .toList();
    }

    /** The shells that watch over running programs and over time-outs: of a state directory's realm, of no machine. */
    static List<Long> watchers(Path state) {
        return machineProcesses(state).stream()
                .filter(pid -> read(pid, "cmdline").startsWith("/bin/sh\0"))
                .filter(pid -> !read(pid, "environ").contains("ALLOCATOR_MACHINE="))
                .toList();
    }

    private static String realm(Path state) {
        try {
            Matcher realm = REALM.matcher(Files.readString(state.resolve("realm.json")));
            assertThat(realm.find()).as("realm in realm.json").isTrue();
            return realm.group(1);
        } catch (NoSuchFileException e) {
            return "of no state directory";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All processes but this one. */
    static Stream<Long> processes() {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[0-9]+"))
                    .map(Long::valueOf)
                    .filter(pid -> pid != ProcessHandle.current().pid())
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of a process under /proc; empty if it is gone. */
    static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static String workingDirectory(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))
                    .toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Waits until no process, no file and no record of any machine of a state directory is left. */
    static void awaitNoMachines(Path state) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(machineProcesses(state)).as("processes").isEmpty();
            assertThat(machineFiles(state)).as("files").isEmpty();
            assertThat(Stream.concat(files(state.resolve("records")), files(state.resolve("blobs"))))
                    .as("records")
                    .isEmpty();
        });
    }

    static List<Path> machineFiles(Path state) {
        return files(state.resolve("machines")).toList();
    }

    /** All that is below a folder but folders; nothing if it does not exist. */
    static Stream<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !Files.isDirectory(file)).toList().stream();
        } catch (IOException | UncheckedIOException e) {
            throw new AssertionError("cannot list " + folder, e);
        }
    }
}
