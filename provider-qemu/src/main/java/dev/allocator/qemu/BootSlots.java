package dev.allocator.qemu;

import dev.allocator.Durations;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Lets only so many emulated guests of this user boot at a time: a boot keeps a core busy, and twice as many take more
 * than twice as long each, beyond what readiness waits for.
 *
 * <p>Who boots has a file in the folder of this host, with a lock that ends with its process, so that nothing has to be
 * mended after a kill. Looking and taking is done behind a gate, one at a time. POSIX drops a process's lock on a file
 * when it closes any descriptor of that file: files of this process, which are named after it, are counted and never
 * opened, and behind the gate's lock there is a monitor that all of a process share.
 */
final class BootSlots {

    /** The key of the number. */
    static final String KEY = "boot-slots";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final String GATE = "gate";

    private final ProviderContext context;
    private final Bell bell;
    /** Who came first here looks first; between processes there is no order. */
    private final Semaphore turn = new Semaphore(1, true);

    BootSlots(ProviderContext context, Bell bell) {
        this.context = context;
        this.bell = bell;
    }

    /**
     * Waits for a slot.
     *
     * @param wanted throws if nobody needs it any more
     * @throws ProviderException if there is none until the deadline, or the setting makes no sense
     */
    BootSlot take(Deadline deadline, Consumer<String> progress, Check wanted)
            throws ProviderException, IOException, InterruptedException {
        int most = most();
        String full = most + " emulated machines are booting at the same time (" + KEY + ": " + most + ")";
        boolean told = false;
        if (!turn.tryAcquire()) {
            progress.accept("waiting to boot: " + full);
            told = true;
            if (!turn.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw tooLate(full, deadline);
            }
        }
        try {
            while (true) {
                wanted.run();
                Optional<BootSlot> slot = tryTake(most);
                if (slot.isPresent()) {
                    return slot.get();
                }
                if (deadline.expired()) {
                    throw tooLate(full, deadline);
                }
                if (!told) {
                    progress.accept("waiting to boot: " + full);
                    told = true;
                }
                bell.await(deadline.atMost(LOOK_AGAIN));
            }
        } finally {
            turn.release();
        }
    }

    /** The setting; by default as many as there are processors. */
    private int most() throws ProviderException {
        Optional<Long> setting = context.settings().integer(KEY);
        if (setting.isPresent() && (setting.get() < 1 || setting.get() > 10_000)) {
            throw new ProviderException(
                    context.settings().location(KEY) + ": '" + KEY + "' must be 1 to 10000, not " + setting.get());
        }
        return setting.map(Long::intValue).orElse(Runtime.getRuntime().availableProcessors());
    }

    private static ProviderException tooLate(String full, Deadline deadline) {
        return new ProviderException(
                Kind.NO_CAPACITY,
                "the machine was not allowed to boot within " + Durations.format(deadline.total()) + ", as " + full,
                null);
    }

    private Optional<BootSlot> tryTake(int most) throws IOException {
        Path folder = Files.createDirectories(HostFolder.create(context).resolve("booting"));
        synchronized (monitor(folder)) {
            try (FileChannel gate = open(folder.resolve(GATE))) {
                if (gate.tryLock() == null || booting(folder) >= most) {
                    return Optional.empty();
                }
                return Optional.of(slot(folder.resolve(process() + UUID.randomUUID())));
            }
        }
    }

    private BootSlot slot(Path file) throws IOException {
        FileChannel channel = open(file);
        BootSlot slot = new BootSlot(file, channel, bell);
        try {
            if (channel.tryLock() == null) {
                throw new IOException("another process locked " + file);
            }
            return slot;
        } catch (IOException | RuntimeException e) {
            slot.close();
            throw e;
        }
    }

    /** How many boot; removes what processes left that were killed. */
    private static int booting(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> !file.endsWith(GATE)).toList();
        }
        int booting = 0;
        for (Path file : files) {
            if (file.getFileName().toString().startsWith(process()) || isLocked(file)) {
                booting++;
            } else {
                Files.deleteIfExists(file);
            }
        }
        return booting;
    }

    private static boolean isLocked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock() == null;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** What the names of this process's files begin with: no other process of this host ever was or will be that. */
    private static String process() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Path namespace = Path.of("/proc/self/ns/pid");
        Object of = Files.exists(namespace) ? Files.getAttribute(namespace, "unix:ino") : 0;
        long start = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return of + "-" + self.pid() + "-" + start + "-";
    }

    /** One object for all who use the folder, also those of other class loaders: interned texts are shared by value. */
    private static String monitor(Path folder) throws IOException {
        return ("dev.allocator.qemu.booting "
                        + Files.readAttributes(folder, BasicFileAttributes.class)
                                .fileKey())
                .intern();
    }
}
