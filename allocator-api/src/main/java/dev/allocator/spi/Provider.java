package dev.allocator.spi;

import dev.allocator.CacheEntry;
import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Creates and destroys machines. All methods may be called by many threads at once, also for the same machine.
 *
 * <p>Errors are {@link ProviderException}s whose message is one clear sentence. Anything else that is thrown counts as
 * an error of the provider and is reported as such.
 */
@API(status = Status.MAINTAINED, since = "0.1")
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

    /**
     * Runs a command in a machine as root, without its network and without its SSH server. Nothing of the standard input
     * or of the environment may show in arguments of processes. The command's own time limit, its
     * standard streams, environment and directory are heeded as by {@link dev.allocator.Lease#exec}; {@code asRoot} is
     * implied. Only called with {@link Capability#EXEC}, by any process that knows the ref.
     *
     * @return also of a command that failed; one that a signal ended has status 128 + its number, one that is not there
     *     127
     * @throws dev.allocator.CommandTimeoutException if it did not end within its time limit; it is killed then
     * @throws ProviderException if nothing can be run in the machine, or if it is not known how the command ended
     * @throws InterruptedException if the thread was interrupted; the command is killed then
     */
    default ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
        throw new ProviderException("this provider cannot run commands in its machines");
    }

    /**
     * Saves what may tell why a machine failed, such as its console and its log, as {@code *.log} files in the machine's
     * folder ({@link ProviderContext#directory}), where those are not written there anyway. Called before a machine whose
     * allocation failed is destroyed, also where its creation failed, so that there may be nothing of it. The engine copies these files, at most the last MiB of each, to the evidence. Takes
     * seconds at most.
     *
     * @throws ProviderException if that fails, which is logged
     * @throws InterruptedException if the thread was interrupted
     */
    default void saveLogs(MachineRef ref) throws ProviderException, InterruptedException {}

    /**
     * Makes a TCP port of a machine reachable at a port of this host's loopback address, one that is free, until
     * {@link #unforward} or the machine's end. Each call makes another one. Only called with {@link Capability#FORWARD}, by
     * any process that knows the ref.
     *
     * @param guestPort 1 to 65535
     * @throws ProviderException if that fails
     * @throws InterruptedException if the thread was interrupted
     */
    default HostAndPort forward(MachineRef ref, int guestPort) throws ProviderException, InterruptedException {
        throw new ProviderException("this provider cannot forward ports");
    }

    /**
     * Ends what {@link #forward} began. Idempotent: a port that is not forwarded any more, or whose machine is gone, is
     * success. Only called with {@link Capability#FORWARD}.
     *
     * @param address what {@link #forward} returned
     * @throws ProviderException if it is still forwarded
     * @throws InterruptedException if the thread was interrupted
     */
    default void unforward(MachineRef ref, HostAndPort address) throws ProviderException, InterruptedException {
        throw new ProviderException("this provider cannot forward ports");
    }

    /**
     * What this type keeps in the {@linkplain ProviderContext#cacheDirectory() cache}, whichever instance, realm or process
     * put it there.
     *
     * @throws ProviderException if that cannot be known
     */
    default List<CacheEntry> cache() throws ProviderException {
        return List.of();
    }

    /**
     * Removes those of {@link #cache()} that are not in use and were not used since a time. Safe beside other processes
     * that do the same, use them or are killed in the middle.
     *
     * @return what was removed
     * @throws ProviderException if something could not be removed
     */
    default List<CacheEntry> pruneCache(Instant unusedSince) throws ProviderException {
        return List.of();
    }

    /** What it can do besides creating, destroying and checking. */
    default Set<Capability> capabilities() {
        return Set.of();
    }

    /**
     * Words by which a user may choose where to go on, such as {@code accel} ({@code kvm} or {@code tcg}), as of now; may
     * take seconds. Shown by {@link dev.allocator.ProviderHealth#attributes()}.
     *
     * @throws ProviderException if that cannot be known, which {@link #diagnose} tells, too
     */
    default Map<String, String> attributes() throws ProviderException {
        return Map.of();
    }

    /** Says what is missing or worth knowing about this instance; may take seconds. */
    default List<Diagnosis> diagnose() {
        return List.of();
    }

    /** Lets go of connections and threads; machines live on. */
    @Override
    default void close() {}
}
