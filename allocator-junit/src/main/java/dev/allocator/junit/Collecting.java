package dev.allocator.junit;

import dev.allocator.AllocatorException;
import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.Lease;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Collects what is known of one machine into a folder: the allocator's files of it, and what its tests asked for. What
 * cannot be had is a line in {@code problems.txt}.
 */
record Collecting(Held held, Path folder) implements Runnable {

    private static final int LONGEST_NAME = 80;

    @Override
    public void run() {
        try {
            clear(folder); // of an earlier run
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("machine.txt"), description());
            for (Path log : lease().logs()) {
                copy(log, folder.resolve(log.getFileName()));
            }
            collect(held.declaration().settings().collectOnFailure());
        } catch (IOException | AllocatorException e) {
            Console.say("what is known of machine '" + held.declaration().label() + "' is incomplete: " + e);
        }
    }

    private void collect(List<String> all) throws IOException {
        if (!all.isEmpty() && !isReachable()) {
            return;
        }
        for (String wanted : all) {
            if (Thread.currentThread().isInterrupted()) {
                problem(wanted, "there was no time left");
            } else if (wanted.startsWith("/")) {
                download(wanted);
            } else {
                save(wanted, Command.shell("exec 2>&1\n" + wanted).asRoot(), fresh(fileName(wanted), ".txt"));
            }
        }
    }

    /** Found out once, as each try takes its time. */
    private boolean isReachable() throws IOException {
        try {
            lease().exec("true");
            return true;
        } catch (AllocatorException e) {
            problem("nothing is collected", String.valueOf(e.getMessage()));
            return false;
        }
    }

    private Lease lease() {
        return held.lease();
    }

    private String description() {
        return held.declaration() + "\n" + lease().info() + "\n" + lease().attributes() + "\n";
    }

    /** As the lease's user; if that fails, packed by root. */
    private void download(String path) throws IOException {
        try {
            lease().download(path.replaceFirst("(.)/+$", "$1"), fresh(fileName(path), ""));
        } catch (AllocatorException e) {
            Path packed = fresh(fileName(path), ".tar.gz");
            if (!save(
                    path, Command.of("tar", "-czf", "-", "-C", "/", "." + path).asRoot(), packed)) {
                Files.deleteIfExists(packed);
                problem(path, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Runs a command whose output becomes a file, which stays also if the command fails. */
    private boolean save(String wanted, Command command, Path file) throws IOException {
        try (OutputStream output = Files.newOutputStream(file)) {
            ExecResult result = lease().exec(command.stdout(output));
            if (result.succeeded()) {
                return true;
            }
            problem(
                    wanted,
                    "exit status " + result.exitStatus() + " " + result.stderr().strip());
        } catch (AllocatorException e) {
            problem(wanted, String.valueOf(e.getMessage()));
        }
        return false;
    }

    /** A file that is not there yet. */
    private Path fresh(String name, String suffix) {
        Path file = folder.resolve(name + suffix);
        for (int i = 2; Files.exists(file); i++) {
            file = folder.resolve(name + "-" + i + suffix);
        }
        return file;
    }

    private void problem(String wanted, String what) throws IOException {
        Files.writeString(
                folder.resolve("problems.txt"),
                wanted + ": " + what + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static void clear(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(one);
            }
        }
    }

    /** Copies a file, or a folder with all in it, in place of what is there. */
    static void copy(Path from, Path to) throws IOException {
        clear(to);
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(one).toString());
                if (Files.isDirectory(one)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(one));
                }
            }
        }
    }

    /** A readable name of a file, made of any text. */
    static String fileName(String text) {
        String name = text.replaceAll("[^A-Za-z0-9._]+", "-").replaceAll("^[-.]+|[-.]+$", "");
        return name.isEmpty() ? "output" : name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }
}
