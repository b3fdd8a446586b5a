package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Destroys machines: first the barrier, so that a creation under way takes back what it makes, then what LXD does for
 * the instance at the moment, then the instance, until LXD has neither.
 */
public final class MachineEnd {

    /** How long LXD may be busy with the instance. */
    private static final Duration BUSY = Duration.ofSeconds(60);
    /** How long LXD may be away, such as while it is restarted. */
    private static final Duration AWAY = Duration.ofSeconds(15);
    /** How long a request whose sender died may take until LXD shows it. */
    private static final Duration SETTLING = Duration.ofSeconds(1);

    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LAST_PAUSE_MILLIS = 500;

    private final ProviderContext context;
    private final Instances instances;

    /** For machines of one project, and of others that refs name. */
    public MachineEnd(ProviderContext context, Instances instances) {
        this.context = context;
        this.instances = instances;
    }

    /** See {@link dev.allocator.spi.Provider#destroy}. */
    public void destroy(MachineRef ref) throws ProviderException {
        MachineFiles files = new MachineFiles(context.directoryPath(ref.machine()));
        try {
            files.discard();
        } catch (IOException e) {
            throw new ProviderException(
                    Kind.RETRYABLE,
                    "cannot write to the folder of machine " + ref.machine() + ": " + e.getMessage(),
                    e);
        }
        remove(ref);
    }

    /** Takes away what LXD has of a machine. */
    void remove(MachineRef ref) throws ProviderException {
        // Someone whose thread was interrupted wants it all to end, this included.
        boolean interrupted = Thread.interrupted();
        try {
            new Removal(ref).run();
        } catch (InterruptedException e) {
            interrupted = true;
            throw new ProviderException(
                    Kind.RETRYABLE, "interrupted while machine " + ref.machine() + " was being destroyed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One attempt after the other, until nothing is left or time is up. */
    private final class Removal {

        private final MachineRef ref;
        private final MachineFiles files;
        private final Deadline deadline = Deadline.in(BUSY);
        private Deadline away = Deadline.in(AWAY);
        private boolean seen;
        /** Begins when LXD first says that there is nothing, and again after each time that it says nothing at all. */
        private @Nullable Deadline settled;

        private long pause = FIRST_PAUSE_MILLIS;

        Removal(MachineRef ref) {
            this.ref = ref;
            this.files = new MachineFiles(context.directoryPath(ref.machine()));
        }

        void run() throws ProviderException, InterruptedException {
            while (true) {
                try {
                    if (attempt()) {
                        return;
                    }
                    away = Deadline.in(AWAY);
                    giveUp(deadline, "LXD is busy with it", null);
                } catch (LxdException e) {
                    settled = null;
                    giveUp(e.isUnknown() ? away : deadline, String.valueOf(e.getMessage()), e);
                }
                new CountDownLatch(1).await(pause, TimeUnit.MILLISECONDS);
                pause = Math.min(LAST_PAUSE_MILLIS, pause * 2);
            }
        }

        /** Whether nothing is left. */
        private boolean attempt() throws LxdException, InterruptedException {
            Deadline now = deadline.atMost(AWAY);
            Optional<InstanceRef> known = InstanceRef.of(ref, instances, now);
            if (known.isEmpty()) {
                return true;
            }
            if (!instanceIsGone(known.get(), now)) {
                return false;
            }
            String bridge = ref.data().get(Bridges.REF);
            if (bridge != null) {
                new Bridges(known.get().instances().client()).removeUnused(bridge, now);
            }
            return true;
        }

        private boolean instanceIsGone(InstanceRef instance, Deadline now) throws LxdException, InterruptedException {
            // The operation first: it may end, and leave an instance, between the two questions.
            Optional<JsonNode> operation = instance.operation(now);
            Optional<JsonNode> found = instance.find(now);
            if (found.isPresent() && !Tags.belongsTo(found.get(), ref.machine())) {
                return true; // somebody else's
            }
            seen |= found.isPresent() || operation.isPresent();
            if (operation.isPresent() && found.isEmpty()) {
                Operations.cancel(instance.instances().client(), operation.get(), now);
            }
            if (operation.isPresent() && !found.map(Removal::isRunning).orElse(false)) {
                Operations.await(instance.instances().client(), operation.get(), now);
                return false;
            }
            if (found.isPresent()) {
                end(instance, found.get());
                return false;
            }
            if (seen || !files.isRequested()) {
                return true;
            }
            if (settled == null) {
                settled = Deadline.in(SETTLING);
            }
            return settled.expired();
        }

        /** As all are ephemeral, one that is stopped is gone. */
        private void end(InstanceRef instance, JsonNode found) throws LxdException, InterruptedException {
            try {
                if (isRunning(found)) {
                    send(instance, "PUT", instance.path("/state"), InstanceRequest.action("stop", true));
                } else {
                    send(instance, "DELETE", instance.path(), null);
                }
                pause = FIRST_PAUSE_MILLIS;
            } catch (LxdException e) {
                if (!e.isMissing()) {
                    throw e;
                }
            }
        }

        private static boolean isRunning(JsonNode found) {
            return !found.path("status").asText().equals("Stopped");
        }

        private void send(InstanceRef instance, String method, String path, @Nullable JsonNode body)
                throws LxdException, InterruptedException {
            instance.instances().client().send(method, path, body, deadline, line -> {});
        }

        private void giveUp(Deadline limit, String why, @Nullable LxdException cause) throws ProviderException {
            if (!limit.expired()) {
                return;
            }
            String what =
                    ref.data().getOrDefault(InstanceRef.NAME, ref.machine().value());
            throw new ProviderException(
                    Kind.RETRYABLE,
                    cause != null && cause.isUnknown()
                            ? "whether instance " + what + " still exists is unknown: " + why
                            : "cannot destroy instance " + what + ": " + why,
                    cause);
        }
    }
}
