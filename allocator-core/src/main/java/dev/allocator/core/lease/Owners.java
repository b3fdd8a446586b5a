package dev.allocator.core.lease;

import dev.allocator.Durations;
import dev.allocator.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/** The owners of a store's leases: which of them live, as far as that can be known. */
final class Owners {

    /** An owner that cannot be judged by its lock counts as dead that long after its last sign of life. */
    static final Duration DEAD_AFTER = Duration.ofHours(24);

    /** Begins the names of files that are not locked yet. */
    static final String UNLOCKED = "new-";

    private final Path stateDirectory;
    private final InstantSource clock;
    private final OwnerId self;

    /** @param self this process, whose own files are never opened */
    Owners(Path stateDirectory, InstantSource clock, OwnerId self) {
        this.stateDirectory = stateDirectory;
        this.clock = clock;
        this.self = self;
    }

    /** Whether an owner lives. */
    enum Life {
        /** Its lock is held. */
        ALIVE,
        /** Nobody holds its lock, or it has given no sign for long. */
        DEAD,
        /** Neither is proved. */
        UNKNOWN
    }

    /**
     * What is known of an owner.
     *
     * @param why one clause for people, about "its owner, …,"
     */
    record Finding(Life life, String why) {}

    /** Looks at an owner. */
    Finding look(OwnerId owner) {
        Path file = file(stateDirectory, owner.token());
        if (owner.sameProcess(self)) {
            return Files.exists(file) ? alive() : new Finding(Life.DEAD, "is closed");
        }
        Optional<Heartbeat> beat = Heartbeat.read(file);
        try {
            if (beat.isPresent() && isCopy(file, beat.get())) {
                return new Finding(
                        Life.UNKNOWN, "may live: its lock file was copied here, so that nobody holds it in any case");
            }
            return owner.sameHost(self) ? byLock(file) : byBeat(file, beat);
        } catch (NoSuchFileException e) {
            return owner.sameHost(self)
                    ? new Finding(Life.DEAD, "is dead")
                    : new Finding(Life.UNKNOWN, elsewhere() + ", and its lock file is not there");
        } catch (IOException e) {
            return new Finding(Life.UNKNOWN, "cannot be judged: " + e);
        }
    }

    private static Finding alive() {
        return new Finding(Life.ALIVE, "is alive");
    }

    private static String elsewhere() {
        return "may live on another host or in another pid namespace, where it cannot be seen";
    }

    private boolean isCopy(Path file, Heartbeat beat) throws IOException {
        return beat.place().differs(FilePlace.of(file), beat.boot().equals(self.boot()));
    }

    private static Finding byLock(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock() != null ? new Finding(Life.DEAD, "is dead") : alive();
        } catch (OverlappingFileLockException e) {
            return new Finding(Life.UNKNOWN, "is being looked at by someone else");
        }
    }

    private Finding byBeat(Path file, Optional<Heartbeat> beat) throws IOException {
        if (beat.isEmpty()) {
            Files.readAttributes(file, "lastModifiedTime"); // says if there is none
            return new Finding(Life.UNKNOWN, elsewhere() + ", and its last sign of life cannot be read");
        }
        Instant now = clock.instant();
        Instant modified = Files.getLastModifiedTime(file).toInstant();
        Duration age = beat.get().age(self, now, modified);
        String last = Durations.format(
                age.isNegative() ? Duration.ZERO : age.truncatedTo(ChronoUnit.SECONDS)); // clocks may disagree
        String limit = Durations.format(DEAD_AFTER);
        return age.compareTo(DEAD_AFTER) >= 0
                ? new Finding(
                        Life.DEAD, "gave its last sign of life " + last + " ago, and counts as dead after " + limit)
                : new Finding(
                        Life.UNKNOWN,
                        elsewhere() + "; it counts as dead " + limit + " after its last sign of life, which was " + last
                                + " ago");
    }

    /** Deletes the lock files of dead owners, which nobody needs once their leases are over. */
    void sweep(Set<String> tokensInUse) {
        if (!Files.isDirectory(folder(stateDirectory))) {
            return; // nobody ever held a lease
        }
        try (var files = Files.newDirectoryStream(folder(stateDirectory))) {
            for (Path file : files) {
                String token = file.getFileName().toString();
                if (!tokensInUse.contains(token) && !self.mayBeOwn(token) && isLeftOver(file, token)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new StoreException("cannot read " + folder(stateDirectory) + ": " + e, e);
        }
    }

    private boolean isLeftOver(Path file, String token) throws IOException {
        if (token.startsWith(UNLOCKED)) { // its owner may be about to lock it
            return Files.exists(file)
                    && Files.getLastModifiedTime(file)
                            .toInstant()
                            .isBefore(clock.instant().minus(DEAD_AFTER));
        }
        return Heartbeat.read(file)
                .map(beat -> new OwnerId(token, beat.host(), beat.boot(), beat.namespace(), 0, 0, ""))
                .filter(owner -> look(owner).life() == Life.DEAD)
                .isPresent();
    }

    static Path folder(Path stateDirectory) {
        return stateDirectory.resolve("owners");
    }

    static Path file(Path stateDirectory, String token) {
        return folder(stateDirectory).resolve(token);
    }
}
