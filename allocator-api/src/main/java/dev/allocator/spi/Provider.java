package dev.allocator.spi;

import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Creates and destroys machines. All methods may be called by many threads at once, also for the same machine.
 *
 * <p>Errors are {@link ProviderException}s whose message is one clear sentence. Anything else that is thrown counts as
 * an error of the provider and is reported as such.
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public interface Provider extends AutoCloseable {

    /**
     * Checks all that can be checked without creating anything, and decides the names by which the machine can be
     * found again.
     *
     * @throws ProviderException if such a machine cannot be made here: a missing tool or image, too little memory, …
     */
    MachinePlan plan(MachineSpec spec) throws ProviderException;

    /**
     * Creates the planned machine and starts it; returns without waiting for its guest. Idempotent: a machine of
     * this id that exists is used. Whatever happens, the engine calls {@link #destroy} when the machine is over, also
     * after this method failed, and possibly while it still runs.
     *
     * @throws ProviderException if that fails
     * @throws InterruptedException if the thread was interrupted, which the engine does to cancel
     */
    Machine create(MachinePlan plan, CreateContext context) throws ProviderException, InterruptedException;

    /**
     * Destroys a machine and all that belongs to it. Idempotent; a machine that is gone is success. Needs nothing but
     * the ref, and works while {@link #create} of the same machine is under way in any process: afterwards nothing of
     * the machine may appear any more.
     *
     * @throws ProviderException if something is left or that cannot be known
     */
    void destroy(MachineRef ref) throws ProviderException;

    /**
     * Finds machines that are tagged with any realm. Only called with {@link Capability#LIST}.
     *
     * @throws ProviderException if that cannot be known
     */
    default List<FoundMachine> list() throws ProviderException {
        throw new ProviderException("this provider cannot list its machines");
    }

    /**
     * Looks at one machine.
     *
     * @throws ProviderException if that cannot be known, which is different from gone
     */
    MachineHealth check(MachineRef ref) throws ProviderException;

    /** What it can do besides creating, destroying and checking. */
    default Set<Capability> capabilities() {
        return Set.of();
    }

    /** Says what is missing or worth knowing about this instance; may take seconds. */
    default List<Diagnosis> diagnose() {
        return List.of();
    }

    /** Lets go of connections and threads; machines live on. */
    @Override
    default void close() {}
}
