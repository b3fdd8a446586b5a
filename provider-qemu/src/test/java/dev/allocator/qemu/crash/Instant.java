package dev.allocator.qemu.crash;

import dev.allocator.Phase;
import java.time.Duration;
import java.util.Optional;

/** When a program that allocates and discards a QEMU machine is killed. */
enum Instant {
    BEFORE_INTENT("planned, nothing recorded", false),
    AFTER_INTENT("recorded, nothing made", false),
    BEFORE_OVERLAY("the folder is there, the overlay is about to be made", false),
    AFTER_OVERLAY("the overlay is there, QEMU is about to be started", false),
    LAUNCHER_STARTED("the launcher runs, and has recorded nothing", false),
    LAUNCHER_RECORDED("the launcher has recorded itself, and is not QEMU yet", false),
    SPAWNED("QEMU runs, and has opened no socket", false),
    SOCKET_OPEN("QEMU's socket is open, its port is not read", false),
    CREATED("the port is read, nobody waits yet", false),
    REACHING("waiting for the guest", false),
    IN_SETUP("a setup step runs in the guest", true),
    PERSONALISING("the credentials are being changed", true),
    IN_READY_CHECK("the ready check runs", true),
    READY_NOT_PRINTED("the lease is ready, its address is not told", false),
    QUIT_NOT_REMOVED("QEMU has quit, its files are there", false),
    REMOVED_MIDWAY("the files are gone, the folder is there", false);

    private final String description;
    private final boolean booted;

    Instant(String description, boolean booted) {
        this.description = description;
        this.booted = booted;
    }

    /** Whether it takes a guest that has booted. */
    boolean needsGuest() {
        return booted;
    }

    /** The phase of the allocation in which to die, for those that depend on nothing else. */
    Optional<Phase> phase() {
        return switch (this) {
            case REACHING -> Optional.of(Phase.REACH);
            case IN_SETUP -> Optional.of(Phase.SETUP);
            case PERSONALISING -> Optional.of(Phase.PERSONALISE);
            case IN_READY_CHECK -> Optional.of(Phase.READY);
            default -> Optional.empty();
        };
    }

    /** How long after the beginning of that phase. */
    Duration delay() {
        return this == PERSONALISING ? Duration.ofMillis(50) : Duration.ofMillis(500);
    }

    @Override
    public String toString() {
        return name() + " (" + description + ")";
    }
}
