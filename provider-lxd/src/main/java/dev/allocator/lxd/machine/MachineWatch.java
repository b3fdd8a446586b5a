package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.MachineId;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdEvent;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches machines: LXD's events say when to look whether they live, their state says where they are. One thread for
 * all, which begins with the first.
 */
public final class MachineWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MachineWatch.class);

    private static final Duration ANSWER = Duration.ofSeconds(5);
    /** How long a reboot may make an instance look stopped. */
    private static final Duration SECOND_LOOK = Duration.ofMillis(500);

    /** How the names of actions end after which an instance may be gone. */
    private static final Set<String> ENDS = Set.of("stopped", "shutdown", "deleted");

    private final Instances instances;
    private final ScheduledThreadPoolExecutor thread;
    private final Set<Watched> all = ConcurrentHashMap.newKeySet();
    private LxdClient.@Nullable Subscription subscription;
    private boolean closed;

    /** For machines of one project. */
    public MachineWatch(Instances instances) {
        this.instances = instances;
        this.thread = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread created = new Thread(task, "allocator-lxd-watch");
                    created.setDaemon(true);
                    return created;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /**
     * Watches a machine that runs, until it is gone.
     *
     * @throws LxdException if the provider was closed
     */
    Watched watch(InstanceRef instance, MachineId machine, JsonNode found) throws LxdException {
        Watched watched = new Watched(instance, machine, found);
        all.add(watched);
        listen();
        thread.execute(() -> look(watched));
        // It may have ended before, and later ones do not begin to listen.
        thread.execute(() -> checkLife(watched, "", false));
        return watched;
    }

    private synchronized void listen() throws LxdException {
        if (subscription == null && !closed) {
            subscription = instances.client().listen(instances.project(), this::happened);
        }
    }

    private void happened(LxdEvent event) {
        if (!event.equals(LxdEvent.RECONNECTED) && !ENDS.contains(how(event.action()))) {
            return;
        }
        for (Watched watched : all) {
            if (event.instance().isEmpty()
                    || event.instance().equals(watched.instance().name())) {
                thread.execute(() -> checkLife(watched, event.action(), false));
            }
        }
    }

    /** What comes after the kind: newer LXDs say {@code instance-stopped}, LXD 4.0 {@code container-stopped}. */
    private static String how(String action) {
        return action.substring(action.lastIndexOf('-') + 1);
    }

    private void look(Watched watched) {
        if (!watched.waits()) {
            return;
        }
        try {
            watched.look(watched.instance()
                    .instances()
                    .client()
                    .get(watched.instance().path("/state"), Deadline.in(ANSWER)));
        } catch (LxdException e) {
            LOG.debug("{} does not show its state: {}", watched.instance(), e.getMessage());
            if (e.isMissing()) {
                checkLife(watched, "", false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
            return;
        }
        if (watched.waits()) {
            after(watched.pause(), () -> look(watched));
        }
    }

    /**
     * Looks whether a machine still runs.
     *
     * @param action what LXD told, if anything
     * @param again whether it seemed to have stopped before
     */
    private void checkLife(Watched watched, String action, boolean again) {
        try {
            Optional<JsonNode> found = watched.instance().find(Deadline.in(ANSWER));
            if (found.isEmpty() || !Tags.belongsTo(found.get(), watched.machine())) {
                end(
                        watched,
                        (how(action).equals("shutdown") ? " was shut down" : " stopped")
                                + ", and LXD removed it as it is ephemeral");
            } else if (found.get().path("status").asText().equals("Stopped")) {
                if (again) {
                    end(watched, " stopped");
                } else {
                    later(watched, action, true);
                }
            }
        } catch (LxdException e) {
            LOG.debug("whether {} lives is not known: {}", watched.instance(), e.getMessage());
            later(watched, action, again); // only "not found", which is no exception, is an end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    private void later(Watched watched, String action, boolean again) {
        after(SECOND_LOOK, () -> checkLife(watched, action, again));
    }

    private void after(Duration pause, Runnable task) {
        ScheduledFuture<?> unused = thread.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end(Watched watched, String how) {
        all.remove(watched);
        watched.death().complete("the " + watched.instance() + how);
    }

    /** Watches nothing any more; nobody is told of any death. */
    @Override
    public void close() {
        LxdClient.Subscription ended;
        synchronized (this) {
            closed = true;
            ended = subscription;
            subscription = null;
        }
        if (ended != null) {
            ended.close();
        }
        thread.shutdownNow();
    }
}
