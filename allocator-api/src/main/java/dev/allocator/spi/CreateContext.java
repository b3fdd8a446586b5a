package dev.allocator.spi;

import dev.allocator.HostAndPort;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What the engine gives {@link Provider#create}. */
@API(status = Status.MAINTAINED, since = "0.1")
public interface CreateContext {

    /** When the creation must be over. */
    Deadline deadline();

    /** What to plant, exactly if the spec {@linkplain MachineSpec#needsBootstrap() asks for it}. */
    Optional<Bootstrap> bootstrap();

    /** Where the machine has room, exactly if its plan names {@linkplain MachinePlan#places() places}. */
    Optional<Claim> claim();

    /**
     * The machine's number in its network, exactly if its spec {@linkplain MachineSpec#network() names one}: the place is
     * the network's name, and no other machine in it has the slot, which is below 200.
     */
    default Optional<Claim> network() {
        return Optional.empty();
    }

    /**
     * Makes an addition to the ref durable before returning; call it before what is named comes to be. The ref takes the
     * place of the last one, so it has all that was planned and recorded before. It is what {@link Provider#destroy} and
     * {@link Provider#check} get from then on, also in other processes; a plan is never seen again after its creation
     * was given up.
     */
    void record(MachineRef ref);

    /** Tells a waiting person one line. */
    void progress(String message);

    /**
     * Whether the address belonged to another lease within the last 24 h. Somebody may still hold it and discard by it,
     * so a provider that can get another one does.
     */
    boolean usedRecently(HostAndPort address);
}
