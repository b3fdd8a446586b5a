package dev.allocator.core.reaper;

import dev.allocator.LeaseId;
import dev.allocator.core.lease.Judge;
import dev.allocator.core.lease.LeaseRecord;
import dev.allocator.core.lease.Leases;
import dev.allocator.core.lease.Wakeup;
import dev.allocator.core.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings wake-ups and records together after a run of the reaper. */
final class WakeupSync {

    /** When to look again at what should be over and is not. */
    private static final Duration LATER = Duration.ofMinutes(10);

    /** Whoever sets a wake-up changes the record afterwards; by then it has. */
    private static final Duration COMMITTED = Duration.ofMinutes(2);

    private final WakeupFiles files;
    private final Leases leases;
    private final Judge judge;
    private final InstantSource clock;

    WakeupSync(WakeupFiles files, Leases leases, Judge judge, InstantSource clock) {
        this.files = files.quietly();
        this.leases = leases;
        this.judge = judge;
        this.clock = clock;
    }

    void run() throws IOException {
        Instant now = clock.instant();
        Set<Path> before = files(); // first, so that a wake-up set meanwhile is not missing in the records
        Map<LeaseId, Wakeup> needed = new HashMap<>();
        for (LeaseRecord lease : leases.all()) {
            next(lease, now).ifPresent(wakeup -> needed.put(lease.id(), wakeup));
        }
        Map<LeaseId, Path> unneeded = new HashMap<>();
        for (Path file : before) {
            if (WakeupFile.lease(file).filter(lease -> !leases.exists(lease)).isPresent()) {
                Files.deleteIfExists(file); // it was over before the file was seen, and comes never back
                continue;
            }
            Optional<WakeupFile> name = WakeupFile.parse(file);
            Optional<Wakeup> wakeup = name.map(WakeupFile::lease).map(needed::get);
            if (wakeup.map(WakeupFile::of).equals(name) && name.isPresent()) {
                needed.remove(wakeup.get().lease());
            } else if (wakeup.isEmpty() || unneeded.putIfAbsent(wakeup.get().lease(), file) != null) {
                files.retire(file, now, COMMITTED);
            }
        }
        for (Wakeup wakeup : needed.values()) {
            Path former = unneeded.remove(wakeup.lease());
            if (former == null || wakeup.process().isPresent() || !files.postpone(former, wakeup)) {
                files.set(wakeup);
            }
        }
        for (Path file : unneeded.values()) {
            files.retire(file, now, COMMITTED);
        }
        files.changed();
    }

    private Set<Path> files() throws IOException {
        Set<Path> found = new HashSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(files.folder())) {
            all.forEach(found::add);
        } catch (NoSuchFileException e) {
            return found;
        }
        return found;
    }

    /** When a lease is to be looked at next, unless its owner does. */
    private Optional<Wakeup> next(LeaseRecord lease, Instant now) {
        if (judge.whyOver(lease).isPresent()) { // it could not be handled, by this reaper at least
            return Optional.of(Wakeup.at(lease.id(), now.plus(LATER)));
        }
        if (lease.owner().isPresent() && !judge.isOwnerDead(lease)) {
            return Optional.empty();
        }
        Optional<Wakeup> recorded = lease.wakeup();
        boolean passed = recorded.filter(wakeup -> wakeup.process().isPresent()
                        ? !wakeup.process().filter(ProcessIdentity::isAlive).isPresent()
                        : !wakeup.at().isAfter(now))
                .isPresent();
        return passed ? Optional.of(Wakeup.at(lease.id(), now.plus(LATER))) : recorded;
    }
}
