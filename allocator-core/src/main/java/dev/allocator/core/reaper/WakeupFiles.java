package dev.allocator.core.reaper;

import dev.allocator.StoreException;
import dev.allocator.core.lease.Wakeup;
import dev.allocator.core.lease.Wakeups;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.process.ProcessIdentity;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wake-ups as files of the folder {@code wakeups}, which the timekeeper looks after. They are hints, more than is
 * needed: the reaper judges leases by their records. They survive the death of any process; one that a loss of power
 * takes with it is made again by the reaper or by {@code cleanup}.
 */
final class WakeupFiles implements Wakeups {

    private static final Logger LOG = LoggerFactory.getLogger(WakeupFiles.class);

    /** Begins the names of files that are being written. */
    private static final String UNFINISHED = ".";

    /** How long the timekeeper may sleep. */
    private static final long LONGEST_SLEEP_SECONDS = 60;

    private final Path folder;
    private final Timekeeper timekeeper;
    private final Supplier<String> reaper;
    private final InstantSource clock;

    /**
     * In a state directory.
     *
     * @param reaper the name of the reaper's folder that is to be used; asked when the first wake-up is set
     */
    WakeupFiles(Path state, Timekeeper timekeeper, Supplier<String> reaper, InstantSource clock) {
        this.folder = state.resolve("wakeups");
        this.timekeeper = timekeeper;
        this.reaper = reaper;
        this.clock = clock;
    }

    @Override
    public void set(Wakeup wakeup) {
        WakeupFile file = WakeupFile.of(wakeup);
        String content = reaper.get()
                + wakeup.process()
                        .map(ProcessIdentity::toString)
                        .map(process -> " " + process)
                        .orElse("");
        try {
            write(file, content);
        } catch (IOException e) {
            throw new StoreException("cannot write the wake-up " + folder.resolve(file.name()) + ": " + e, e);
        }
        boolean soon = file.ofProcess() || file.isDue(clock.instant().plusSeconds(LONGEST_SLEEP_SECONDS));
        if (soon || !timekeeper.runs()) {
            look();
        }
    }

    private void write(WakeupFile file, String content) throws IOException {
        StateLayout.create(folder);
        Path unfinished = folder.resolve(UNFINISHED + file.name() + "~" + UUID.randomUUID());
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) { // no channel: we may be interrupted
            out.write((content + "\n").getBytes(StandardCharsets.UTF_8));
        }
        Files.move(unfinished, folder.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void clear(Wakeup wakeup) {
        try {
            if (Files.deleteIfExists(folder.resolve(WakeupFile.of(wakeup).name())) && isEmpty() && timekeeper.runs()) {
                timekeeper.end();
            }
        } catch (IOException e) {
            LOG.debug("a wake-up is left behind: {}", e.toString());
        }
    }

    /** Starts the timekeeper if there is something to look after, and it does not run. */
    void ensureKept() {
        if (isUnkept()) {
            look();
        }
    }

    /** Whether there are wake-ups but no timekeeper. */
    boolean isUnkept() {
        return !isEmpty() && !timekeeper.runs();
    }

    private void look() {
        try {
            timekeeper.look();
        } catch (IOException e) {
            LOG.warn("detached leases may not end by themselves: {}", e.getMessage());
        }
    }

    private boolean isEmpty() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[0-9p]*")) {
            return !files.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            LOG.debug("cannot look for wake-ups: {}", e.toString());
            return true;
        }
    }

    /** Lets a wake-up keep its reaper, which may be another one than ours, but be due later; fails if it is gone. */
    boolean postpone(Path file, Wakeup wakeup) throws IOException {
        try {
            Files.move(file, folder.resolve(WakeupFile.of(wakeup).name()), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Removes what no record calls for, unless it is so young that the record may be about to. */
    void retire(Path file, Instant now, Duration young) throws IOException {
        try {
            Duration age = Duration.between(Files.getLastModifiedTime(file).toInstant(), now);
            Optional<WakeupFile> name = WakeupFile.parse(file);
            if (age.isNegative() || age.compareTo(young) >= 0) {
                Files.deleteIfExists(file);
            } else if (name.isPresent() && (name.get().ofProcess() || name.get().isDue(now))) {
                postpone(file, Wakeup.at(name.get().lease(), now.plus(young)));
            }
        } catch (NoSuchFileException e) {
            return; // somebody cleared it
        }
    }

    /** The names of the reapers that wake-ups are for. */
    Set<String> reapers() throws IOException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[0-9p]*")) {
            for (Path file : files) {
                names.add(reaper(file));
            }
        } catch (NoSuchFileException e) {
            return names;
        }
        return names;
    }

    private static String reaper(Path file) throws IOException {
        try {
            return Files.readString(file).strip().split(" ", 2)[0];
        } catch (NoSuchFileException e) {
            return ""; // somebody cleared it
        }
    }

    /** Where they are, if there was ever one. */
    Path folder() {
        return folder;
    }
}
