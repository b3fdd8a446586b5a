package dev.allocator.testkit.crash;

import dev.allocator.Allocator;
import dev.allocator.Lease;

/** What a program does until it is killed. */
enum Scenario {
    /** Allocate, use, discard. */
    DISCARD {
        @Override
        void play(Allocator allocator) {
            Lease lease = allocator.allocate("cheap");
            require(lease.attributes().containsKey("pid"));
            lease.discard();
        }
    },
    /** Allocate, detach, discard. */
    DETACH {
        @Override
        void play(Allocator allocator) {
            Lease lease = allocator.allocate("cheap");
            lease.detach();
            lease.discard();
        }
    },
    /** Allocate, and close the allocator with the lease attached. */
    CLOSE {
        @Override
        void play(Allocator allocator) {
            Lease lease = allocator.allocate("cheap");
            require(allocator.leases().size() == 1 && lease.info().attached());
        }
    },
    /** All of these, one after the other. */
    ALL {
        @Override
        void play(Allocator allocator) {
            DISCARD.play(allocator);
            DETACH.play(allocator);
            CLOSE.play(allocator);
        }
    };

    abstract void play(Allocator allocator);

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("the scenario does not go as it should");
        }
    }
}
