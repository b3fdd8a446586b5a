package dev.allocator.core.reaper;

import dev.allocator.core.machine.StateLayout;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Removes reapers' folders that nobody is going to need. */
final class ReaperSweep {

    /** One that was used after this may be in use; every owner says so every few seconds. */
    private static final Duration IN_USE = Duration.ofHours(1);

    private static final Duration OLD = Duration.ofDays(7);

    /** Each build of a program makes another one. */
    private static final int MOST = 10;

    private ReaperSweep() {}

    private record Candidate(Path path, Instant lastUsed) {}

    /**
     * Removes what was not used for seven days, and all but the ten used last.
     *
     * @param needed names of those that wake-ups are for
     */
    static void run(Path state, Set<String> needed, Instant now) throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(ReaperFolder.parent(state))) {
            for (Path path : folders) {
                ReaperFolder folder = new ReaperFolder(path);
                Instant lastUsed = folder.isComplete()
                        ? folder.lastUsed()
                        : Files.getLastModifiedTime(path).toInstant();
                if (!needed.contains(folder.name()) && lastUsed.isBefore(now.minus(IN_USE))) {
                    candidates.add(new Candidate(path, lastUsed));
                }
            }
        } catch (NoSuchFileException e) {
            return; // there was never one, or somebody else sweeps
        }
        candidates.sort(Comparator.comparing(Candidate::lastUsed).reversed());
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            if (i >= MOST || candidate.lastUsed().isBefore(now.minus(OLD)) || isUnfinished(candidate)) {
                StateLayout.delete(candidate.path());
            }
        }
    }

    private static boolean isUnfinished(Candidate candidate) {
        return !new ReaperFolder(candidate.path()).isComplete();
    }
}
