package dev.allocator.core.store;

import dev.allocator.spi.Store.Change;
import dev.allocator.spi.Store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of changes on a thread of its own, which runs while anyone wants to know. */
final class Watches {

    private static final Logger log = LoggerFactory.getLogger(Watches.class);

    /** How long to wait for a listener that is being told; it is told nothing more in any case. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    /**
     * A change and when it was.
     *
     * @param revision of the store with it
     */
    record Event(long revision, Change change) {}

    /** Where changes come from. */
    interface Source {

        /**
         * Takes an interest in a kind.
         *
         * @return the revision as of now
         */
        long follow(String kind);

        /** Changes of the kinds followed that were not told yet. */
        List<Event> next();

        /** Forgets about all kinds. */
        void rest();
    }

    private final Source source;
    private final long intervalMillis;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Semaphore wake = new Semaphore(0);
    private @Nullable Thread thread; // guarded by this
    private boolean closed; // guarded by this

    /**
     * None yet.
     *
     * @param intervalMillis how often to ask the source if nobody {@linkplain #wake wakes}
     */
    Watches(Source source, long intervalMillis) {
        this.source = source;
        this.intervalMillis = intervalMillis;
    }

    /** Tells a listener of changes of a kind from now on. */
    Watch add(String kind, Consumer<Change> listener) {
        synchronized (this) {
            Subscription added = new Subscription(kind, source.follow(kind), listener);
            subscriptions.add(added);
            if (thread == null && !closed) {
                thread = new Thread(this::run, "allocator-store-watch");
                thread.setDaemon(true);
                thread.start();
            }
            return added;
        }
    }

    /** Asks the source soon. */
    void wake() {
        wake.drainPermits(); // One is enough, also if nobody takes it.
        wake.release();
    }

    /** Ends all and the thread. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        subscriptions.forEach(Subscription::close);
        wake();
    }

    private void run() {
        while (isWanted()) {
            awaitWake();
            try {
                List<Event> events = source.next();
                for (Event event : events) {
                    subscriptions.forEach(subscription -> subscription.tell(event));
                }
            } catch (RuntimeException e) {
                log.warn("cannot look for changes: {}", e.getMessage());
            }
        }
    }

    private synchronized boolean isWanted() {
        if (closed || subscriptions.isEmpty()) {
            thread = null;
            source.rest();
            return false;
        }
        return true;
    }

    private void awaitWake() {
        try {
            if (wake.tryAcquire(intervalMillis, TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            log.debug("only the store ends this thread"); // A listener interrupted it.
        }
    }

    private final class Subscription implements Watch {
        private final String kind;
        private final long since;
        private final Consumer<Change> listener;
        private boolean ended;
        private @Nullable Thread telling;

        Subscription(String kind, long since, Consumer<Change> listener) {
            this.kind = kind;
            this.since = since;
            this.listener = listener;
        }

        void tell(Event event) {
            if (event.revision() <= since || !event.change().key().kind().equals(kind) || !begin()) {
                return;
            }
            try {
                listener.accept(event.change());
            } catch (RuntimeException e) {
                log.warn("a listener failed for {}", event.change().key(), e);
            } finally {
                done();
            }
        }

        private synchronized boolean begin() {
            if (ended) {
                return false;
            }
            telling = Thread.currentThread();
            return true;
        }

        private synchronized void done() {
            telling = null;
            notifyAll();
        }

        /** Waits for a call that is under way, unless it comes from there. */
        @Override
        public void close() {
            subscriptions.remove(this);
            boolean interrupted = false;
            synchronized (this) {
                ended = true;
                long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
                while (telling != null && telling != Thread.currentThread()) {
                    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (left <= 0) {
                        log.warn("a listener has not returned for {} s", CLOSE_LIMIT.toSeconds());
                        break;
                    }
                    try {
                        wait(left);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
