package dev.allocator.core.event;

import dev.allocator.Allocator.Subscription;
import dev.allocator.event.AllocatorEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers events in the order of their publication, on one thread of its own that holds no lock. */
public final class EventBus implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventBus.class);
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final List<Consumer<AllocatorEvent>> handlers = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final Thread thread = new Thread(this::deliver, "allocator-events");
    private volatile boolean closed;

    /** An event bus whose thread starts with the first event that somebody listens to. */
    public EventBus() {
        thread.setDaemon(true);
    }

    /** Calls a handler for each event of a type from now on. */
    public <E extends AllocatorEvent> Subscription on(Class<E> type, Consumer<? super E> handler) {
        Consumer<AllocatorEvent> filtered = event -> {
            if (type.isInstance(event)) {
                handler.accept(type.cast(event));
            }
        };
        handlers.add(filtered);
        return () -> handlers.remove(filtered);
    }

    /** Delivers an event soon; returns at once. */
    public void publish(AllocatorEvent event) {
        LOG.debug("{}", event);
        if (!handlers.isEmpty() && !closed) {
            queue.add(() -> handlers.forEach(handler -> call(handler, event)));
            startThread();
        }
    }

    private void startThread() {
        if (started.compareAndSet(false, true)) {
            thread.start();
        }
    }

    private static void call(Consumer<AllocatorEvent> handler, AllocatorEvent event) {
        try {
            handler.accept(event);
        } catch (Throwable e) { // a handler's failed assertion must not stop the delivery to others
            LOG.warn("a handler of {} failed", event, e);
        }
    }

    private void deliver() {
        try {
            while (true) {
                queue.take().run();
            }
        } catch (InterruptedException e) {
            LOG.debug("event delivery ends");
        }
    }

    /** Delivers what is left, waiting up to two seconds for slow handlers, and stops the thread. */
    @Override
    public void close() {
        closed = true;
        if (!started.get()) {
            return;
        }
        if (Thread.currentThread() != thread) {
            CountDownLatch drained = new CountDownLatch(1);
            queue.add(drained::countDown);
            try {
                if (!drained.await(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("handlers of events were too slow; some events were not delivered");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        thread.interrupt();
    }
}
