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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks for secrets where everybody looks: again and again in each process's arguments and variables, and in files. */
final class SecretScan implements AutoCloseable {

    private final List<String> secrets;
    private final Set<Long> given = ConcurrentHashMap.newKeySet();
    private final Set<String> found = new ConcurrentSkipListSet<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private volatile long looks;

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
                String content = Host.read(pid, file);
                if (secrets.stream().anyMatch(content::contains) && !wasGiven(pid)) {
                    found.add(file + " of process " + pid + ": "
                            + Host.read(pid, "cmdline").replace('\0', ' '));
                }
            }
        });
        looks++;
    }

    /** A process that it was given to, or that one's copy, which has not yet become the program it is made for. */
    private boolean wasGiven(long pid) {
        if (given.contains(pid)) {
            return true;
        }
        String name = Host.read(pid, "cmdline");
        boolean launches = name.contains("jspawnhelper")
                || given.stream()
                        .anyMatch(parent -> Host.read(parent, "cmdline").equals(name));
        return launches && given.stream().anyMatch(parent -> isChild(pid, parent));
    }

    private static boolean isChild(long pid, long parent) {
        String stat = Host.read(pid, "stat");
        return stat.substring(stat.lastIndexOf(')') + 1).startsWith(" " + parent + " ", 2);
    }

    long looks() {
        return looks;
    }

    /** The processes in which a secret was seen so far. */
    Set<String> processes() {
        return Set.copyOf(found);
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
