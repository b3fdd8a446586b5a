package dev.allocator.qemu.image;

import dev.allocator.qemu.image.PartWriter.StorageException;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Downloads one file to a part that outlives this process: who comes later continues it (RFC 9110, Range and If-Range).
 * A connection that breaks is made again, as long as each brings something.
 */
final class Download {

    private static final int FRUITLESS_TRIES = 4;
    private static final long PAUSE_MILLIS = 500;
    private static final long TICK_MILLIS = 250;
    private static final Duration STALL = Duration.ofSeconds(60);

    /** After how many bytes the space is looked at again: a server may not have said how many come, and others write, too. */
    private static final long SPACE_EVERY = 64 << 20;

    private final Web web;
    private final URI address;
    private final Path folder;
    private final Path part;
    private final Path validator;
    private final FreeSpace space;
    private final DownloadProgress progress;
    private final Deadline deadline;

    /**
     * @param folder the folder of the part
     * @param part where it goes; what is there is its beginning, fetched earlier
     */
    Download(
            Web web,
            URI address,
            Path folder,
            Path part,
            FreeSpace space,
            DownloadProgress progress,
            Deadline deadline) {
        this.web = web;
        this.address = address;
        this.folder = folder;
        this.part = part;
        this.validator = validator(part);
        this.space = space;
        this.progress = progress;
        this.deadline = deadline;
    }

    /** Where the server's word for the version that a part is of is kept. */
    static Path validator(Path part) {
        return part.resolveSibling(part.getFileName() + ".validator");
    }

    /** Returns when all of it is in the part. */
    void run() throws ProviderException, IOException, InterruptedException {
        int fruitless = 0;
        while (true) {
            long before = size();
            try {
                attempt(before);
                return;
            } catch (StorageException e) {
                throw full(e);
            } catch (WebException e) {
                fruitless = size() > before ? 0 : fruitless + 1;
                if (e.isLasting() || fruitless >= FRUITLESS_TRIES || deadline.expired()) {
                    throw e;
                }
                progress.broken(size(), String.valueOf(e.getMessage()));
                // Nothing counts it down: only a pause that an interrupt ends.
                long pause =
                        Math.min(PAUSE_MILLIS << fruitless, deadline.remaining().toMillis());
                new CountDownLatch(1).await(pause, TimeUnit.MILLISECONDS);
            }
        }
    }

    private long size() throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    private void attempt(long from) throws ProviderException, IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
            if (Files.exists(validator)) {
                request.header("If-Range", Files.readString(validator).strip());
            }
        }
        AtomicLong position = new AtomicLong(from);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            CompletableFuture<HttpResponse<Void>> answer =
                    web.send(request.build(), info -> receive(info, channel, position));
            try {
                HttpResponse<Void> response = await(answer, position);
                if (response.statusCode() == 416 && from > 0) {
                    channel.truncate(
                            0); // it became shorter, or what is here is too long: a whole part is not asked for
                    throw new WebException(RemoteImage.shown(address) + " has nothing behind byte " + from, false);
                }
                Web.requireFound(address, response.statusCode());
                channel.force(true);
            } finally {
                answer.cancel(true);
            }
        }
    }

    private HttpResponse.BodySubscriber<Void> receive(
            HttpResponse.ResponseInfo info, FileChannel channel, AtomicLong position) {
        boolean whole = info.statusCode() == 200;
        boolean rest = info.statusCode() == 206 && startsAt(info, position.get());
        if (!whole && !rest) {
            return BodySubscribers.replacing(null);
        }
        try {
            if (whole) {
                position.set(0);
                channel.truncate(0);
            }
            remember(info);
            long missing = info.headers().firstValueAsLong("Content-Length").orElse(0);
            progress.begins(position.get(), missing);
            space.require(folder, missing, "the image");
            return new PartWriter(channel, position);
        } catch (IOException | ProviderException e) {
            return new Refusal(e);
        }
    }

    /** A server may send another part than it was asked for. */
    private static boolean startsAt(HttpResponse.ResponseInfo info, long position) {
        return info.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + position + "-");
    }

    /** Only a strong validator may be used with a range (RFC 9110, 13.1.5). */
    private void remember(HttpResponse.ResponseInfo info) throws IOException {
        Optional<String> strong = info.headers().firstValue("ETag").filter(tag -> !tag.startsWith("W/"));
        Optional<String> known = strong.or(() -> info.headers().firstValue("Last-Modified"));
        if (known.isPresent()) {
            Files.writeString(validator, known.get());
        } else {
            Files.deleteIfExists(validator);
        }
    }

    private HttpResponse<Void> await(CompletableFuture<HttpResponse<Void>> answer, AtomicLong position)
            throws ProviderException, IOException, InterruptedException {
        long seen = position.get();
        long checked = seen;
        Deadline stalled = Deadline.in(STALL);
        while (true) {
            try {
                return answer.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof StorageException disk) {
                    throw disk;
                }
                if (e.getCause() instanceof ProviderException refused) {
                    throw refused;
                }
                throw web.failure(address, e);
            } catch (TimeoutException e) {
                progress.at(position.get());
                if (position.get() - checked >= SPACE_EVERY) {
                    checked = position.get();
                    space.require(folder, 0, "the image");
                }
                if (position.get() != seen) {
                    seen = position.get();
                    stalled = Deadline.in(STALL);
                }
                if (deadline.expired()) {
                    throw new WebException(
                            "the time was up while " + RemoteImage.shown(address) + " was being downloaded: "
                                    + progress.share(position.get()) + " is here, and the next try continues there",
                            true,
                            e);
                }
                if (stalled.expired()) {
                    throw new WebException(
                            "nothing has come from " + RemoteImage.shown(address) + " for " + STALL.toSeconds() + " s",
                            false,
                            e);
                }
            }
        }
    }

    private ProviderException full(StorageException e) throws IOException {
        Files.deleteIfExists(part); // it would keep the disk full
        return new ProviderException(
                ProviderException.Kind.NO_CAPACITY,
                "cannot write " + part + " while " + RemoteImage.shown(address) + " is downloaded: "
                        + e.getCause()
                        + "; free some space, or choose another cache directory (ALLOCATOR_CACHE_DIR)",
                e);
    }

    /** Takes nothing of a body. */
    private record Refusal(Exception reason) implements HttpResponse.BodySubscriber<Void> {
        @Override
        public CompletionStage<Void> getBody() {
            return CompletableFuture.failedFuture(reason);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
