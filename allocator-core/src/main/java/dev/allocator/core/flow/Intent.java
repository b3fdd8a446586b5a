package dev.allocator.core.flow;

import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.core.claim.Need;
import dev.allocator.core.claim.NoRoomException;
import dev.allocator.core.claim.Room;
import dev.allocator.core.lease.LeaseRecord;
import dev.allocator.core.lease.MachineRecord;
import dev.allocator.core.lease.MachineSecrets;
import dev.allocator.core.profile.ProviderInstance;
import dev.allocator.core.spread.SpreadRun;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.ProviderException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes down that a machine is about to be made, as soon as there is room for it: lease, machine and room all at once.
 * Used by the allocation's thread only.
 */
final class Intent {

    /** A plan of that age is as good as a new one. */
    private static final long FRESH_NANOS = 1_000_000_000;

    /** Makes the plan of the same machine once more. */
    interface Replan {
        MachinePlan plan() throws ProviderException;
    }

    private final FlowServices services;
    private final LeaseId lease;
    private final @Nullable String name;
    private MachinePlan plan;
    private long planned = System.nanoTime();
    private final ProviderInstance instance;
    private final Map<String, String> labels;
    private final Optional<SpreadRun> spread;
    private boolean recorded;
    private boolean secretsSaved;
    private Room room = Room.NONE;

    /** @param instance the provider's, with its secrets */
    Intent(
            FlowServices services,
            Allocation allocation,
            MachinePlan plan,
            ProviderInstance instance,
            Map<String, String> labels,
            Optional<SpreadRun> spread) {
        this.services = services;
        this.lease = allocation.lease();
        this.name = allocation.request().name().orElse(null);
        this.plan = plan;
        this.instance = instance;
        this.labels = labels;
        this.spread = spread;
    }

    /**
     * Waits for room, and records. Who had to wait plans again first: the place may be one no more.
     *
     * @throws ProviderException if no such machine can be made any more
     */
    void record(Deadline deadline, Consumer<String> progress, Replan again)
            throws NoRoomException, ProviderException, InterruptedException {
        services.rooms().take(Need.of(plan, lease), () -> renew(again), deadline, progress, this::record);
    }

    private Optional<Need> renew(Replan again) throws ProviderException {
        if (plan.places().isEmpty() || System.nanoTime() - planned < FRESH_NANOS) {
            return Optional.empty();
        }
        plan = again.plan();
        planned = System.nanoTime();
        return Optional.of(Need.of(plan, lease));
    }

    private boolean record(Room room) {
        services.layout().requireSpace();
        Instant now = services.clock().instant();
        ProviderInstance plain = services.providers().withoutSecrets(instance);
        LeaseRecord pending = LeaseRecord.pending(
                lease,
                machine(),
                plan.spec().profile().name(),
                instance.name(),
                now,
                services.owner().get(),
                name,
                labels);
        recorded = true; // before anything is written: if that fails half-way, cleaning up finds out what is there
        if (!plain.equals(instance) && !secretsSaved) {
            secretsSaved = true;
            MachineSecrets.save(
                    services.store(),
                    machine(),
                    instance.node(),
                    services.owner().get());
        }
        recorded = services.leases()
                .begin(
                        spread.map(pending::with).orElse(pending),
                        MachineRecord.planned(plan, lease, plain, room, now),
                        room);
        this.room = room;
        return recorded;
    }

    /** Whether there are records, or may be. */
    boolean isRecorded() {
        return recorded;
    }

    /** The room that the machine has. */
    Room room() {
        return room;
    }

    /** Removes what was written before there was a record, if nothing else was. */
    void forget() {
        if (secretsSaved && !recorded) {
            MachineSecrets.delete(services.store(), machine());
        }
    }

    private MachineId machine() {
        return plan.ref().machine();
    }
}
