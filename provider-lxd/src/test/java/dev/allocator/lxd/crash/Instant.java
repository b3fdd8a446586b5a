package dev.allocator.lxd.crash;

import dev.allocator.Phase;
import java.time.Duration;
import java.util.Optional;

/** When a program that allocates and discards a container is killed. */
enum Instant {
    BEFORE_INTENT("planned, nothing recorded"),
    AFTER_INTENT("recorded, nothing made"),
    ASKED("LXD is asked for the instance, and has not answered"),
    MADE("the instance is there, and not started"),
    STARTED("it runs, and has no address"),
    CREATED("nobody waits for it yet"),
    REACHING("waiting for its address"),
    IN_SETUP("a setup step runs in the guest"),
    PERSONALISING("the credentials are being changed"),
    IN_READY_CHECK("the ready check runs"),
    READY_NOT_PRINTED("the lease is ready, its address is not told"),
    STOPPING("it is being stopped"),
    GONE_NOT_RECORDED("it is gone, its record is there");

    private final String description;

    Instant(String description) {
        this.description = description;
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
        return switch (this) {
            case REACHING, PERSONALISING -> Duration.ofMillis(20);
            default -> Duration.ofMillis(300);
        };
    }

    @Override
    public String toString() {
        return name() + " (" + description + ")";
    }
}
