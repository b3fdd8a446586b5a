package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.MachineId;
import dev.allocator.spi.Located;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is awaited of one machine. Looked at by one thread; its stages by any. */
final class Watched {

    /** How long an address of version 4 may come after one of version 6. */
    private static final Duration PATIENCE_WITH_FOUR = Duration.ofSeconds(3);

    private final InstanceRef instance;
    private final MachineId machine;
    private final boolean virtualMachine;
    private final Set<String> hardware = new HashSet<>();
    private final Optional<String> card;
    private final long start = System.nanoTime();
    private final CompletableFuture<Located> located = new CompletableFuture<>();
    private final CompletableFuture<Void> commands = new CompletableFuture<>();
    private final CompletableFuture<String> death = new CompletableFuture<>();
    private @Nullable Long sixSince;

    /** @param found what LXD says of the instance, which runs */
    Watched(InstanceRef instance, MachineId machine, JsonNode found) {
        this.instance = instance;
        this.machine = machine;
        this.virtualMachine = found.path("type").asText().equals(Blueprint.VIRTUAL_MACHINE);
        found.path("config").properties().forEach(key -> {
            if (key.getKey().startsWith("volatile.") && key.getKey().endsWith(".hwaddr")) {
                hardware.add(key.getValue().asText());
            }
        });
        this.card = Card.hardware(found);
        if (!virtualMachine) {
            commands.complete(null);
        }
    }

    InstanceRef instance() {
        return instance;
    }

    MachineId machine() {
        return machine;
    }

    CompletableFuture<Located> located() {
        return located;
    }

    CompletableFuture<Void> commands() {
        return commands;
    }

    CompletableFuture<String> death() {
        return death;
    }

    /** Whether looking at its state again may tell anything new. */
    boolean waits() {
        return !death.isDone() && !(located.isDone() && commands.isDone());
    }

    /** Takes in what {@code /state} says. */
    void look(JsonNode state) {
        if (virtualMachine && state.path("processes").asLong(-1) >= 0) {
            commands.complete(null); // only the agent in the guest counts them
        }
        GuestAddresses addresses = GuestAddresses.of(state.path("network"), hardware, card);
        if (addresses.onlySix() && sixSince == null) {
            sixSince = System.nanoTime();
        }
        boolean six = sixSince != null && System.nanoTime() - sixSince > PATIENCE_WITH_FOUR.toNanos();
        addresses.located(six).ifPresent(located::complete);
    }

    /**
     * How long until the next look. LXD sends no event for an address, and a look costs it some 10 ms; a container has
     * its address about 400 ms after its start, a virtual machine after its boot.
     */
    Duration pause() {
        Duration most = virtualMachine ? Duration.ofSeconds(1) : Duration.ofMillis(250);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        Duration next = Duration.ofMillis(20).plus(elapsed.dividedBy(12));
        return elapsed.compareTo(Duration.ofMinutes(1)) > 0
                ? Duration.ofSeconds(2)
                : next.compareTo(most) < 0 ? next : most;
    }
}
