package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds machines by the tags of instances, and looks at them. Thread-safe. */
public final class MachineSearch {

    /** LXD does not answer for a while about instances that are just being started. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String provider;
    private final Instances instances;

    /**
     * In one project.
     *
     * @param provider the name of the provider instance
     */
    public MachineSearch(String provider, Instances instances) {
        this.provider = provider;
        this.instances = instances;
    }

    /** See {@link dev.allocator.spi.Provider#list}: those of the LXD and the project that are configured now. */
    public List<FoundMachine> list() throws ProviderException {
        try {
            List<FoundMachine> found = new ArrayList<>();
            for (JsonNode instance : instances.all(Deadline.in(LIMIT))) {
                Optional<MachineId> machine = Tags.machine(instance);
                Optional<RealmId> realm = Tags.realm(instance);
                if (machine.isPresent() && realm.isPresent()) {
                    found.add(describe(instance, machine.get(), realm.get()));
                }
            }
            return found;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private FoundMachine describe(JsonNode instance, MachineId machine, RealmId realm) {
        String name = instance.path("name").asText();
        String image = instance.path("config").path("image.description").asText();
        MachineRef ref = InstanceRef.ref(provider, machine, instances, name);
        return new FoundMachine(
                Card.bridge(instance)
                        .map(bridge -> ref.with(Bridges.REF, bridge))
                        .orElse(ref),
                realm,
                Tags.owner(instance),
                Tags.expires(instance),
                "LXD " + instance.path("type").asText().replace('-', ' ') + " " + name + " in project "
                        + instances.project() + (image.isEmpty() ? "" : ", " + image));
    }

    /** See {@link dev.allocator.spi.Provider#check}. */
    public MachineHealth check(MachineRef ref) throws ProviderException {
        Deadline deadline = Deadline.in(LIMIT);
        try {
            Optional<InstanceRef> known = InstanceRef.of(ref, instances, deadline);
            Optional<JsonNode> found = known.isPresent() ? known.get().find(deadline) : Optional.empty();
            if (found.isEmpty()) {
                return new MachineHealth(
                        State.GONE,
                        "LXD has no instance " + known.map(InstanceRef::name).orElse("of machine " + ref.machine()));
            }
            InstanceRef instance = known.get();
            if (!Tags.belongsTo(found.get(), ref.machine())) {
                return new MachineHealth(State.GONE, instance + " is somebody else's");
            }
            String status = found.get().path("status").asText();
            if (status.equals("Error")) {
                throw new ProviderException(Kind.RETRYABLE, "LXD cannot tell whether " + instance + " runs", null);
            }
            boolean down = status.equals("Stopped") || status.equals("Frozen");
            return new MachineHealth(
                    down ? State.STOPPED : State.RUNNING,
                    instance + " is " + status.toLowerCase(java.util.Locale.ROOT));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ProviderException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ProviderException(Kind.RETRYABLE, "interrupted while LXD was asked for its instances", e);
    }
}
