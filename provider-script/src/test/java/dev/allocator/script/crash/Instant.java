package dev.allocator.script.crash;

/** When a program that allocates and discards a machine of scripts is killed. */
enum Instant {
    BEFORE_INTENT("planned, nothing recorded"),
    AFTER_INTENT("recorded, nothing made"),
    BEFORE_HOOK("the folder is there, the creating script is about to be started"),
    HOOK_BEGUN("the creating script runs, nothing is made"),
    MADE("the machine is made, and its address is not printed"),
    PRINTED("the address is printed, and the script still runs"),
    HOOK_ENDED("the creating script has ended, and nobody has looked at its output"),
    CREATED("the address is read, nothing is recorded"),
    READY("the lease is ready"),
    DISCARD_ASKED("the machine is about to be destroyed"),
    BEFORE_DISCARD("the destroying script is about to be started"),
    DISCARD_BEGUN("the destroying script runs, and the machine is there"),
    DISCARD_DONE("the machine is gone, and the destroying script still runs"),
    DISCARD_ENDED("the destroying script has ended"),
    DESTROYED("the machine is destroyed, its folder is there");

    private final String description;

    Instant(String description) {
        this.description = description;
    }

    @Override
    public String toString() {
        return name() + " (" + description + ")";
    }
}
