package dev.allocator.qemu.image;

import dev.allocator.MachineId;
import dev.allocator.qemu.image.RememberedImages.Known;
import dev.allocator.qemu.image.RemoteImage.Source;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Images by fingerprint, downloaded when they are first needed. What a name means is asked for at most once a day; without
 * an answer the image that is here is used. Safe for several threads and processes, each of which may be killed.
 */
public final class ImageCache {

    private static final Duration CHECK_EVERY = Duration.ofDays(1);

    /** A server that could not be asked is not asked for each machine. */
    private static final Duration CHECK_AGAIN = Duration.ofHours(1);

    private static final Duration CHECK_LIMIT = Duration.ofSeconds(10);
    private static final int TRIES = 3;

    private final CacheLayout layout;
    private final RememberedImages remembered;
    private final ImageUses uses;
    private final InstantSource clock;
    private final Map<String, String> environment;
    private final Mirrors mirrors;
    private final FreeSpace space;

    /** What an image is, and where it is, the likeliest place first. */
    private record Wanted(Digest digest, List<Source> sources) {}

    /** @param environment where proxies are looked up */
    public ImageCache(
            Path cache, InstantSource clock, Map<String, String> environment, Mirrors mirrors, FreeSpace space) {
        this.layout = new CacheLayout(cache);
        this.remembered = new RememberedImages(layout.images());
        this.uses = new ImageUses(layout.uses());
        this.clock = clock;
        this.environment = environment;
        this.mirrors = mirrors;
        this.space = space;
    }

    /** The file of an image if it is here; asks nobody. */
    public Optional<Path> present(RemoteImage image) throws IOException {
        Optional<Digest> digest = image.digest();
        if (digest.isEmpty()) {
            digest = remembered.find(image).map(Known::digest);
        }
        return digest.map(layout::image).filter(Files::exists);
    }

    /**
     * The file of an image, which stays until the machine's folder is gone.
     *
     * @param progress told what goes on, a line at a time
     * @throws ProviderException with a sentence that says what to do
     */
    public Path obtain(
            RemoteImage image, MachineId machine, Path machineFolder, Deadline deadline, Consumer<String> progress)
            throws ProviderException, IOException, InterruptedException {
        try (Web web = new Web(environment)) {
            for (int tries = 1; tries <= TRIES; tries++) {
                Wanted wanted = wanted(image, web, deadline, progress);
                Path file = layout.image(wanted.digest());
                if (!Files.exists(file)) {
                    download(image, wanted, web, deadline, new DownloadProgress(image.title(), progress));
                }
                if (use(file, machine, machineFolder, deadline)) {
                    return file;
                }
            }
            throw new ProviderException(
                    Kind.RETRYABLE, "the image " + image.title() + " is pruned again and again", null);
        } catch (WebException e) {
            throw new ProviderException(
                    Kind.RETRYABLE, "cannot download the image " + image.title() + ": " + e.getMessage(), e);
        }
    }

    private Wanted wanted(RemoteImage image, Web web, Deadline deadline, Consumer<String> progress)
            throws ProviderException, IOException, InterruptedException {
        if (image.digest().isPresent()) {
            return new Wanted(image.digest().get(), image.sources());
        }
        Optional<Known> known = remembered.find(image).filter(found -> Files.exists(layout.image(found.digest())));
        Instant now = clock.instant();
        if (known.isPresent() && isFresh(known.get(), now)) {
            return new Wanted(known.get().digest(), image.sources());
        }
        try {
            return ask(image, web, known.isPresent() ? deadline.atMost(CHECK_LIMIT) : deadline);
        } catch (WebException e) {
            if (known.isEmpty()) {
                throw e;
            }
            progress.accept("using the " + image.title()
                    + " that is here, as nobody says whether there is a newer one: " + e.getMessage());
            remembered.remember(
                    image,
                    new Known(known.get().digest(), now.minus(CHECK_EVERY).plus(CHECK_AGAIN)));
            return new Wanted(known.get().digest(), image.sources());
        }
    }

    private static boolean isFresh(Known known, Instant now) {
        return !now.isBefore(known.checked()) && now.isBefore(known.checked().plus(CHECK_EVERY));
    }

    /** Reads the distributor's checksum file, and remembers what it says once the image is here. */
    private Wanted ask(RemoteImage image, Web web, Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        @Nullable WebException failure = null;
        for (Source source : image.sources()) {
            URI checksums = mirrors.of(source.checksums().orElseThrow());
            try {
                String file = Path.of(source.file().getPath()).getFileName().toString();
                Digest digest = ChecksumFile.find(web.text(checksums, deadline), file)
                        .orElseThrow(() ->
                                new WebException(RemoteImage.shown(checksums) + " does not mention " + file, true));
                List<Source> sources = new ArrayList<>(image.sources());
                sources.remove(source);
                sources.add(0, source);
                if (Files.exists(layout.image(digest))) {
                    remembered.remember(image, new Known(digest, clock.instant()));
                }
                return new Wanted(digest, sources);
            } catch (WebException e) {
                failure = join(failure, e);
            }
        }
        throw failure == null ? new WebException("it has no source", true) : failure;
    }

    private static WebException join(@Nullable WebException before, WebException after) {
        return before == null
                ? after
                : new WebException(before.getMessage() + "; " + after.getMessage(), after.isLasting(), after);
    }

    private void download(RemoteImage image, Wanted wanted, Web web, Deadline deadline, DownloadProgress progress)
            throws ProviderException, IOException, InterruptedException {
        Files.createDirectories(layout.images());
        Optional<ExclusiveLock> lock = ExclusiveLock.take(
                layout.downloadLock(),
                deadline,
                () -> progress.say("waiting until another download to " + layout.images() + " is over"));
        if (lock.isEmpty()) {
            throw new ProviderException(
                    Kind.RETRYABLE,
                    "the time was up before another download to " + layout.images() + " was over",
                    null);
        }
        ExclusiveLock held = lock.get();
        try (held) {
            Path file = layout.image(wanted.digest());
            if (!Files.exists(file)) {
                space.require(layout.images(), 0, "images");
                Files.writeString(layout.title(wanted.digest().fileName()), image.title());
                new VerifiedDownload(layout, web, mirrors, space, deadline, progress)
                        .run(wanted.digest(), wanted.sources());
            }
        }
        if (image.digest().isEmpty()) {
            remembered.remember(image, new Known(wanted.digest(), clock.instant()));
        }
    }

    /** Begins to use an image, unless it was pruned meanwhile. */
    private boolean use(Path file, MachineId machine, Path machineFolder, Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        Optional<ExclusiveLock> lock = ExclusiveLock.take(layout.useLock(), deadline, () -> {});
        if (lock.isEmpty()) {
            throw new ProviderException(Kind.RETRYABLE, "the time was up before images were free to use", null);
        }
        ExclusiveLock held = lock.get();
        try (held) {
            if (!Files.exists(file)) {
                return false;
            }
            uses.add(file, machine, machineFolder);
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            return true;
        } catch (NoSuchFileException e) {
            return false; // somebody deletes files by hand
        }
    }
}
