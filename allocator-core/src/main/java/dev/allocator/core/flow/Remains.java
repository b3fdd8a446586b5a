package dev.allocator.core.flow;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.core.machine.ConsoleText;
import dev.allocator.core.machine.Evidence;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an allocation had come to when it failed.
 *
 * @param machine the machine that it was to make
 * @param wanted what that was to be, once it was resolved
 * @param provider who was to make it
 * @param plan the last plan
 * @param intent the records, once there was something to record
 * @param made the machine, once it was switched on
 * @param preparation how far it was prepared, once it was made
 */
record Remains(
        MachineId machine,
        @Nullable Profile wanted,
        @Nullable Provider provider,
        @Nullable MachinePlan plan,
        @Nullable Intent intent,
        @Nullable Made made,
        @Nullable Preparation preparation) {

    Profile profile() {
        return Objects.requireNonNull(wanted);
    }

    boolean isRecorded() {
        return intent != null && intent.isRecorded();
    }

    MachineRef ref() {
        return made == null
                ? Objects.requireNonNull(plan).ref()
                : made.machine().ref();
    }

    /** Whether the machine has ended by itself. */
    boolean isDead() {
        CompletableFuture<String> dead = new CompletableFuture<>();
        var unused = Objects.requireNonNull(made).machine().death().thenAccept(dead::complete);
        return dead.isDone();
    }

    /** What the machine's console shows, if there is one. */
    ConsoleText console() {
        return made == null
                ? ConsoleText.NONE
                : made.machine().console().map(Evidence::console).orElse(ConsoleText.NONE);
    }
}
