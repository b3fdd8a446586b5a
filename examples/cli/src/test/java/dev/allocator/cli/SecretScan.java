package dev.allocator.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks for secrets where everybody looks: again and again in each process's arguments and variables, and in files. */
final class SecretScan implements AutoCloseable {

    private final List<String> secrets;
    private final Set<Long> given = ConcurrentHashMap.newKeySet();
    private final Set<Sighting> found = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private volatile long looks;

    private record Sighting(long pid, String file, String name, long parent, boolean copy) {}

    private SecretScan(List<String> secrets) {
        this.secrets = secrets;
    }

    static SecretScan start(List<String> secrets) {
        SecretScan scan = new SecretScan(secrets);
        scan.thread.scheduleWithFixedDelay(scan::look, 0, 20, TimeUnit.MILLISECONDS);
        return scan;
    }

    /** A process that was given a secret by its caller in an argument or a variable, where it cannot be taken away. */
    void given(Process process) {
        given.add(process.pid());
    }

    private void look() {
        Host.processes().forEach(pid -> {
            for (String file : List.of("cmdline", "environ")) {
                if (holdsSecret(Host.read(pid, file))) {
                    sighting(pid, file).ifPresent(found::add);
                }
            }
        });
        looks++;
    }

    /** What is seen of a process, all of it while it was one program; nothing if it ended or became another meanwhile. */
    private Optional<Sighting> sighting(long pid, String file) {
        String name = Host.read(pid, "cmdline");
        long parent = parent(pid);
        boolean copy =
                name.contains("jspawnhelper") || Host.read(parent, "cmdline").equals(name);
        boolean same =
                holdsSecret(Host.read(pid, file)) && Host.read(pid, "cmdline").equals(name);
        return same ? Optional.of(new Sighting(pid, file, name, parent, copy)) : Optional.empty();
    }

    private boolean holdsSecret(String content) {
        return secrets.stream().anyMatch(content::contains);
    }

    private static long parent(long pid) {
        String stat = Host.read(pid, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
        return fields.length > 1 ? Long.parseLong(fields[1]) : 0;
    }

    /** Whether the secret was given to it, or to whom it is a copy of that has not yet become the program it is made for. */
    private boolean wasGiven(Sighting one) {
        return given.contains(one.pid) || one.copy && given.contains(one.parent);
    }

    long looks() {
        return looks;
    }

    /** The processes in which a secret was seen so far, but those that it was given to by now. */
    List<String> processes() {
        return found.stream()
                .filter(one -> !wasGiven(one))
                .map(one -> one.file + " of process " + one.pid + ": " + one.name.replace('\0', ' '))
                .toList();
    }

    /** The files below a folder, changed since a time, that hold a secret. */
    List<Path> files(Path folder, FileTime since, Path except) throws IOException {
        List<Path> holding = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.equals(except) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && attributes.lastModifiedTime().compareTo(since) >= 0 && holds(file)) {
                    holding.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // gone meanwhile, or somebody else's
            }
        });
        return holding;
    }

    private boolean holds(Path file) {
        try {
            if (Files.size(file) > 100_000_000) {
                return false; // none of ours is that big
            }
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            return secrets.stream().anyMatch(content::contains);
        } catch (IOException e) {
            return false; // as above
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
