package dev.allocator.core.flow;

import dev.allocator.HostAndPort;
import dev.allocator.core.readiness.Await;
import dev.allocator.core.readiness.ReadinessFailure;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Located;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Where a machine is, which may be learnt while it starts. Used by the allocation's thread only. */
final class Whereabouts {

    private static final String LACKING = "the machine got no address";

    private final Made made;
    private final Consumer<String> progress;
    private Optional<CompletionStage<Located>> later;
    private Machine machine;

    Whereabouts(Made made, Consumer<String> progress) {
        this.made = made;
        this.progress = progress;
        this.machine = made.machine();
        this.later = machine.located();
    }

    /** The machine with the address and the attributes that are known by now. */
    Machine machine() {
        return machine;
    }

    Optional<HostAndPort> address() {
        return machine.address();
    }

    /** Completes when the address is known; empty if there is none and none will come. */
    Optional<CompletionStage<?>> known() {
        return later.isPresent()
                ? Optional.of(later.get())
                : address().<CompletionStage<?>>map(CompletableFuture::completedStage);
    }

    /** Takes the address if it is known by now. */
    void look() {
        CompletableFuture<Located> now = new CompletableFuture<>();
        var unused = later.map(stage -> stage.thenAccept(now::complete));
        if (now.isDone()) {
            take(now.join());
        }
    }

    /**
     * Waits for the address.
     *
     * @throws ProviderException if there is none and none will come
     */
    HostAndPort await(Deadline deadline) throws ProviderException, ReadinessFailure, InterruptedException {
        look();
        if (later.isPresent()) {
            progress.accept("waiting for an address");
            take(Await.stage(later.get(), machine.death(), deadline, LACKING));
        }
        return address().orElseThrow(() -> made.unreachable("without an address"));
    }

    private void take(Located located) {
        Map<String, String> attributes = new LinkedHashMap<>(machine.attributes());
        attributes.putAll(located.attributes());
        machine = machine.toBuilder()
                .address(located.address())
                .attributes(attributes)
                .build();
        later = Optional.empty();
        progress.accept("the machine is at " + located.address());
    }
}
