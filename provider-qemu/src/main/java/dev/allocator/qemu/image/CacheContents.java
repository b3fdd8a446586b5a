package dev.allocator.qemu.image;

import dev.allocator.CacheEntry;
import dev.allocator.DataSize;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shows and removes downloaded images and parts of some; files of other names are somebody else's. */
public final class CacheContents {

    private static final Pattern OURS = Pattern.compile("(sha(?:256|512)-[0-9a-f]+)(\\.qcow2|\\.part)");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CacheLayout layout;
    private final ImageUses uses;

    /** Of a cache, which may not exist. */
    public CacheContents(Path cache) {
        this.layout = new CacheLayout(cache);
        this.uses = new ImageUses(layout.uses());
    }

    /** What is there. */
    public List<CacheEntry> entries() throws ProviderException {
        return examine(entry -> false);
    }

    /** Removes what was not used since a time and is not in use; returns that. */
    public List<CacheEntry> prune(Instant unusedSince) throws ProviderException {
        List<CacheEntry> removed = new ArrayList<>();
        examine(entry -> {
            boolean remove = !entry.inUse() && !entry.lastUsed().isAfter(unusedSince);
            return remove && removed.add(entry);
        });
        return removed;
    }

    /** Looks at all under the locks of those who use and download, and removes some. */
    private List<CacheEntry> examine(Predicate<CacheEntry> removal) throws ProviderException {
        if (!Files.isDirectory(layout.images())) {
            return List.of();
        }
        try (Held use = Held.of(ExclusiveLock.take(layout.useLock(), Deadline.in(PATIENCE), () -> {}));
                Held download =
                        Held.of(ExclusiveLock.take(layout.downloadLock(), Deadline.in(Duration.ZERO), () -> {}))) {
            if (!use.held()) {
                throw new ProviderException(Kind.RETRYABLE, "others keep using images in " + layout.cache(), null);
            }
            List<CacheEntry> entries = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.images())) {
                for (Path file : files) {
                    Matcher ours = OURS.matcher(String.valueOf(file.getFileName()));
                    if (ours.matches()) {
                        boolean part = ours.group(2).equals(CacheLayout.PART);
                        boolean inUse = part ? !download.held() : uses.isUsed(file);
                        entry(file, ours.group(1), part, inUse).ifPresent(entries::add);
                    }
                }
            }
            for (CacheEntry entry : entries) {
                if (removal.test(entry)) {
                    remove(entry.path());
                }
            }
            return entries;
        } catch (IOException e) {
            throw new ProviderException(
                    "cannot look through the images in " + layout.images() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderException(Kind.RETRYABLE, "interrupted while the cache was looked at", e);
        }
    }

    private Optional<CacheEntry> entry(Path file, String fingerprint, boolean part, boolean inUse) throws IOException {
        Path title = layout.title(fingerprint);
        String name = Files.exists(title) ? Files.readString(title) : fingerprint;
        try {
            return Optional.of(new CacheEntry(
                    part ? "part of " + name : name,
                    file.toAbsolutePath(),
                    new DataSize(Files.size(file)),
                    Files.getLastModifiedTime(file).toInstant(),
                    inUse));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // just completed
        }
    }

    private void remove(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(Download.validator(file));
        uses.remove(file);
        String fingerprint = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
        if (!Files.exists(layout.images().resolve(fingerprint + CacheLayout.IMAGE))
                && !Files.exists(layout.images().resolve(fingerprint + CacheLayout.PART))) {
            Files.deleteIfExists(layout.title(fingerprint));
        }
    }

    /** A lock that may not have been free. */
    private record Held(Optional<ExclusiveLock> lock) implements AutoCloseable {

        static Held of(Optional<ExclusiveLock> lock) {
            return new Held(lock);
        }

        boolean held() {
            return lock.isPresent();
        }

        @Override
        public void close() {
            lock.ifPresent(ExclusiveLock::close);
        }
    }
}
