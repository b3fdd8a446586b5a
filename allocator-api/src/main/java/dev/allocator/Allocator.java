package dev.allocator;

import dev.allocator.event.AllocatorEvent;
import dev.allocator.spi.AllocatorEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Hands out disposable machines and takes every one of them back.
 *
 * <pre>{@code
 * try (Allocator allocator = Allocator.open();
 *         Lease lease = allocator.allocate("debian-12")) {
 *     lease.exec("uname", "-a").orThrow();
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads; one allocator per process is usual. It starts daemon threads only and writes
 * nothing but SLF4J log messages.
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public interface Allocator extends AutoCloseable {

    /**
     * Opens an allocator with the defaults: the {@code allocator.yaml} found upwards from the working directory
     * (none is needed), the providers on the class path and the user's state directory.
     *
     * @throws ConfigurationException if a configuration file is wrong; names every problem with file, line and column
     * @throws StoreException if the state directory cannot be used
     */
    static Allocator open() {
        return open(AllocatorOptions.defaults());
    }

    /**
     * Opens an allocator. Reads records only: no provider is asked and nothing is destroyed.
     *
     * @throws ConfigurationException if a configuration file or an option is wrong
     * @throws StoreException if the state directory cannot be used
     */
    static Allocator open(AllocatorOptions options) {
        return AllocatorEngine.load(options.classLoader()).open(options);
    }

    /**
     * Allocates a machine of a profile: {@code allocate(AllocationRequest.forProfile(profile).build())}.
     *
     * @throws UnknownProfileException if there is no such profile; suggests similar names
     * @throws AllocationException if no machine became ready, see its subclasses; nothing of it is left behind
     */
    default Lease allocate(String profile) {
        return allocate(AllocationRequest.forProfile(profile).build());
    }

    /**
     * Allocates a machine and returns once its user can log in. The lease is attached: it ends when it, this
     * allocator or this process ends, unless it is {@linkplain Lease#detach() detached}.
     *
     * <p>An interrupted caller returns within a second with its interrupt flag set, and the machine is destroyed in
     * the background.
     *
     * @throws UnknownProfileException if there is no such profile
     * @throws AllocationException if no machine became ready, see its subclasses; nothing of it is left behind
     */
    Lease allocate(AllocationRequest request);

    /**
     * Allocates several machines at once, all or none: they boot in parallel, and if one fails or the caller is
     * interrupted, the others are discarded too, at once.
     *
     * <p>Where room is short, the groups of one allocator take it one after the other, so that no two of them have a
     * part each and wait for the rest. Between processes that can happen: it ends with the timeout of one of them, which
     * gives back what it had.
     *
     * <p>A machine whose allocation failed by itself is {@linkplain Keep kept} if that is wanted; those that are
     * discarded because of it never are.
     *
     * @param requests at least one
     * @return the leases in the order of the requests
     * @throws IllegalArgumentException if there is no request, or two would have the same name in one network; nothing
     *     was started
     * @throws UnknownProfileException if there is no such profile
     * @throws NoCapacityException also if more of a profile are asked for than its {@code limit}; nothing was started
     * @throws AllocationException that of the one which failed first, with what else went wrong by itself as suppressed;
     *     nothing of any is left behind
     */
    List<Lease> allocateAll(List<AllocationRequest> requests);

    /**
     * Allocates a machine in the background. The future completes exceptionally with what
     * {@link #allocate(AllocationRequest)} throws; cancelling it stops the allocation and destroys the machine.
     */
    CompletableFuture<Lease> allocateAsync(AllocationRequest request);

    /** All leases of this store that have not ended, those of other processes too, oldest first. */
    List<LeaseInfo> leases();

    /** The lease of that id, wherever it was allocated, or empty if it never was or has ended. */
    Optional<Lease> lease(LeaseId id);

    /**
     * The lease whose endpoint has that address, wherever it was allocated.
     *
     * @param address {@code host:port}; a missing port means 22
     * @throws IllegalArgumentException if that is no address
     * @throws AllocatorException if several leases share the host there, which the message names by their ids
     */
    Optional<Lease> leaseAt(String address);

    /**
     * Leases that ended within the last seven days, newest first.
     */
    List<EndedLease> ended();

    /**
     * The folder with what was kept of an allocation: of a lease that goes on, or of an allocation that failed within the
     * last seven days; empty if there is none.
     */
    Optional<Path> evidence(LeaseId lease);

    /** The profiles that can be allocated, sorted by name. */
    List<Profile> profiles();

    /** The type of each provider instance that is configured or named by a profile, by its name; asks no provider. */
    Map<String, String> providers();

    /** The configuration files that were read; empty if there was none. */
    List<Path> configFiles();

    /** Where records are kept, or empty for a store that is not in the file system. */
    Optional<Path> stateDirectory();

    /** Where providers keep what may be deleted at any time, such as downloaded images; may not exist. */
    Path cacheDirectory();

    /**
     * What is in the cache that providers can make again or download again, the largest first. Files that somebody else
     * put there are not among it. Asks the providers now.
     *
     * @throws AllocatorException if a provider cannot say
     */
    List<CacheEntry> cache();

    /**
     * Removes what is in the cache and was not used for some time. What is {@linkplain CacheEntry#inUse() in use}, by
     * whichever process, stays.
     *
     * @param unusedFor {@link Duration#ZERO} removes all that is not in use
     * @return what was removed
     * @throws AllocatorException if something could not be removed
     */
    List<CacheEntry> pruneCache(Duration unusedFor);

    /** The state of each configured provider instance and each plugin that could not be loaded; asks them now. */
    List<ProviderHealth> health();

    /**
     * Ends what is over: {@code cleanup(CleanupRequest.everything())}.
     */
    default CleanupReport cleanup() {
        return cleanup(CleanupRequest.everything());
    }

    /**
     * Ends leases that are over (expired, their owner proved dead, a failed destroy to be tried again) and destroys
     * machines of this realm without a record. Machines of other realms are shown, and touched only if the request
     * {@linkplain CleanupRequest#realm(RealmId) names their realm}.
     *
     * @throws AllocatorException if the request names a realm, is no dry run, and none was made within the last hour
     */
    CleanupReport cleanup(CleanupRequest request);

    /**
     * Calls a handler for each event of a type or its subtypes, from now on. What a handler throws is logged.
     *
     * @return closes the registration
     */
    <E extends AllocatorEvent> Subscription on(Class<E> type, Consumer<? super E> handler);

    /**
     * Cancels allocations under way, discards the leases attached to this allocator in parallel, within
     * {@link AllocatorOptions#closeTimeout()}, and stops its threads. Closing twice does nothing.
     */
    @Override
    void close();

    /** A registration that ends when closed. */
    interface Subscription extends AutoCloseable {
        /** Ends the registration; does nothing the second time. */
        @Override
        void close();
    }
}
