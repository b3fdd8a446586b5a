package dev.allocator.qemu.image;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Appends what arrives to a file, as it arrives. The JDK's stream of a body cannot be interrupted while it waits for
 * more (JDK-8294047), which this leaves to whoever awaits {@link #getBody()}.
 */
final class PartWriter implements BodySubscriber<Void> {

    private final FileChannel part;
    private final AtomicLong position;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile Flow.Subscription subscription = new Flow.Subscription() {
        @Override
        public void request(long n) {
            throw new IllegalStateException("nothing is subscribed yet");
        }

        @Override
        public void cancel() {}
    };

    /** @param position where the file's next byte goes; moves on with each that is written */
    PartWriter(FileChannel part, AtomicLong position) {
        this.part = part;
        this.position = position;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        try {
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining()) {
                    position.addAndGet(part.write(buffer, position.get()));
                }
            }
            subscription.request(1);
        } catch (IOException e) {
            subscription.cancel();
            done.completeExceptionally(new StorageException(e));
        }
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        done.complete(null);
    }

    /** That it is the disk that fails, not the server. */
    static final class StorageException extends IOException {
        private static final long serialVersionUID = 1L;

        StorageException(IOException cause) {
            super(cause);
        }
    }
}
