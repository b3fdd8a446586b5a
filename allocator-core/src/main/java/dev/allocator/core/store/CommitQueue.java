package dev.allocator.core.store;

import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers the transactions of many threads, so that those that wait together share one sync of the disk. */
final class CommitQueue {

    private static final Logger log = LoggerFactory.getLogger(CommitQueue.class);

    private final Path folder;
    private final DirectoryLock lock;
    private final CommitLog commits;
    private final StoreThread thread;
    private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();

    CommitQueue(Path folder, DirectoryLock lock, CommitLog commits, StoreThread thread) {
        this.folder = folder;
        this.lock = lock;
        this.commits = commits;
        this.thread = thread;
    }

    /** A transaction whose thread waits. What became of it is the store's thread's to set and read. */
    private static final class Pending {
        final Transaction transaction;

        @Nullable
        Boolean applied;

        @Nullable
        IOException failure;

        Pending(Transaction transaction) {
            this.transaction = transaction;
        }
    }

    /** Commits one transaction. */
    boolean commit(Transaction transaction, Duration limit) {
        Pending pending = new Pending(transaction);
        waiting.add(pending);
        try {
            return thread.call("write the store", folder, limit, () -> outcome(pending));
        } finally {
            waiting.remove(pending); // Given up: it must not be taken from now on.
        }
    }

    private boolean outcome(Pending own) throws IOException {
        if (own.applied == null && own.failure == null) {
            lock.holding(this::commitWaiting);
            if (commits.isLong()) {
                Future<Boolean> unused = thread.start(this::checkpoint); // After those who wait.
            }
        }
        if (own.applied == null) {
            throw new IOException(own.failure == null ? "it was given up" : own.failure.getMessage(), own.failure);
        }
        return own.applied;
    }

    private boolean checkpoint() {
        try {
            return lock.holding(() -> {
                if (commits.isLong()) {
                    commits.checkpoint();
                }
                return true;
            });
        } catch (IOException e) {
            log.warn("the journal in {} cannot be shortened; it grows: {}", folder, e.toString());
            return false;
        }
    }

    private boolean commitWaiting() {
        List<Pending> batch = new ArrayList<>();
        for (Pending next = waiting.poll(); next != null; next = waiting.poll()) {
            batch.add(next);
        }
        try {
            List<Boolean> applied = commits.commit(
                    batch.stream().map(pending -> pending.transaction).toList());
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).applied = applied.get(i);
            }
            return true;
        } catch (IOException e) {
            batch.forEach(pending -> pending.failure = e);
        } catch (RuntimeException e) {
            batch.forEach(pending -> pending.failure = new IOException("unexpected: " + e, e));
        }
        return false;
    }
}
