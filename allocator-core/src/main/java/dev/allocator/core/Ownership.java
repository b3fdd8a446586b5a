package dev.allocator.core;

import dev.allocator.core.lease.Housekeeping;
import dev.allocator.core.lease.Owner;
import dev.allocator.core.lease.OwnerId;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.reaper.Reapers;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * An open allocator as an owner of leases: its lock, which proves its life, its signs of life, its housekeeping, and
 * the process that watches over it.
 */
final class Ownership {

    private final OwnerId self;
    private final StateLayout layout;
    private final InstantSource clock;
    private final Reapers reapers;
    private final ScheduledExecutorService timer;
    private @Nullable Owner owner;
    private boolean keepsHouse;
    private boolean over;

    Ownership(OwnerId self, StateLayout layout, InstantSource clock, Reapers reapers, ScheduledExecutorService timer) {
        this.self = self;
        this.layout = layout;
        this.clock = clock;
        this.reapers = reapers;
        this.timer = timer;
    }

    /** Becomes an owner, unless it is one, and has somebody watch over this process. */
    synchronized OwnerId take(Housekeeping housekeeping) {
        reapers.guard(self); // first, so that somebody removes the lock's file too
        if (owner == null) {
            owner = Owner.lock(layout.state(), self, clock);
            keepHouse(housekeeping);
            reapers.watch(timer, self);
        }
        return self;
    }

    /** Starts looking after leases, unless that has been done. */
    synchronized void keepHouse(Housekeeping housekeeping) {
        if (!keepsHouse && !over) {
            keepsHouse = true;
            housekeeping.start(timer);
        }
    }

    /** Gives a sign of life, if this is an owner. */
    synchronized void beat() {
        if (owner != null && !over) {
            owner.beat();
        }
    }

    /** Starts nothing any more. */
    synchronized void closing() {
        over = true;
    }

    /**
     * Is no owner any more.
     *
     * @param leasesLeft whether there may be leases of this process, which whoever watches over it then takes over
     */
    synchronized void letGo(boolean leasesLeft) {
        try {
            if (owner != null) {
                owner.close();
            }
        } finally {
            reapers.dismiss(leasesLeft);
        }
    }
}
