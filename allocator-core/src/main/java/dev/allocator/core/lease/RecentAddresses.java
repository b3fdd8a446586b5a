package dev.allocator.core.lease;

import dev.allocator.HostAndPort;
import dev.allocator.LeaseId;
import dev.allocator.spi.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses belong to other leases than one, or did within a day: somebody may still hold such an address, and
 * discard by it. Used by the thread of one allocation.
 */
public final class RecentAddresses implements Predicate<HostAndPort> {

    private static final Duration REMEMBERED = Duration.ofHours(24);

    private final Store store;
    private final Leases leases;
    private final InstantSource clock;
    private final LeaseId own;
    private @Nullable List<String> history;

    /**
     * Nothing is read before the first question.
     *
     * @param own the lease that asks
     */
    public RecentAddresses(Store store, Leases leases, InstantSource clock, LeaseId own) {
        this.store = store;
        this.leases = leases;
        this.clock = clock;
        this.own = own;
    }

    @Override
    public boolean test(HostAndPort address) {
        if (leases.isOfAnother(address, own)) {
            return true;
        }
        if (history == null) {
            history = store.history(clock.instant().minus(REMEMBERED));
        }
        // There may be ten thousand lines: they are searched, not parsed.
        String field = History.addressField(address);
        return history.stream().anyMatch(line -> line.contains(field));
    }
}
