package dev.allocator.testkit.crash;

import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Lease;
import dev.allocator.LeaseInfo;
import dev.allocator.testkit.crash.Steps.Death.Moment;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

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
    /** Allocate with a seat in a network and a share, restart, discard. */
    MEMBER {
        @Override
        void play(Allocator allocator) {
            Lease lease = allocator.allocate("member");
            require(lease.address("lan").startsWith("10."));
            lease.reboot(Duration.ofSeconds(30));
            lease.discard();
        }
    },
    /** Fail to allocate with a seat in a network; the machine is kept, detached. */
    FAIL {
        @Override
        void play(Allocator allocator) {
            try {
                allocator.allocate("broken");
                require(false);
            } catch (AllocationException e) {
                require(e.failure().kept().isPresent());
            }
        }
    },
    /** Allocate and keep, detached. */
    KEEP {
        @Override
        void play(Allocator allocator) {
            Lease lease = allocator.allocate("cheap");
            lease.keep(CrashProgram.TTL);
            lease.close();
            require(allocator.leases().stream().noneMatch(LeaseInfo::attached));
        }
    },
    /** Allocate several at once, all in one network, and close the allocator. */
    TOGETHER {
        @Override
        void play(Allocator allocator) {
            List<Lease> leases = allocator.allocateAll(Stream.of("first", "second")
                    .map(name ->
                            AllocationRequest.forProfile("member").name(name).build())
                    .toList());
            require(!leases.get(0).address("lan").equals(leases.get(1).address("lan")));
        }
    },
    /** All of these, one after the other, and nothing detached at the end. */
    ALL {
        @Override
        void play(Allocator allocator) {
            DISCARD.play(allocator);
            DETACH.play(allocator);
            MEMBER.play(allocator);
            FAIL.play(allocator);
            KEEP.play(allocator);
            allocator.leases().forEach(info -> allocator.lease(info.id()).ifPresent(Lease::discard));
            CLOSE.play(allocator);
            TOGETHER.play(allocator);
        }
    };

    abstract void play(Allocator allocator);

    /** When to kill it, of each step: what is before a step is after the one before, but for what other threads do. */
    List<Moment> moments() {
        return this == DISCARD || this == DETACH || this == CLOSE
                ? List.of(Moment.BEFORE, Moment.AFTER)
                : List.of(Moment.BEFORE);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("the scenario does not go as it should");
        }
    }
}
