package dev.allocator.core.flow;

import dev.allocator.Credentials;
import dev.allocator.HostKey;
import dev.allocator.Profile;
import dev.allocator.spi.Capability;
import dev.allocator.spi.GuestMount;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A machine that was switched on, and all that is known of it then.
 *
 * @param login who logs in to it, with what the machine itself came with
 * @param planted what was planted in it, if anything was
 */
record Made(Provider provider, MachinePlan plan, Machine machine, LoginPlan login, Optional<Planted> planted) {

    /**
     * A log-in of the engine's making that the provider was asked to plant.
     *
     * @param login root's
     * @param hostKey the machine's
     */
    record Planted(Credentials login, HostKey hostKey) {}

    Profile profile() {
        return plan.spec().profile();
    }

    /** Completes when commands can be run through the provider; empty if they never can. */
    Optional<CompletionStage<?>> commands() {
        return provider.capabilities().contains(Capability.EXEC) ? machine.commands() : Optional.empty();
    }

    /** What is to be mounted, what is within something else after it. */
    List<GuestMount> mounts() {
        return machine.mounts().stream()
                .sorted(Comparator.comparing(mount -> mount.share().guest()))
                .toList();
    }

    /** What the provider is told who made a machine that the profile cannot be had with. */
    ProviderException unreachable(String how) {
        return new ProviderException("provider '" + profile().provider() + "' made a machine " + how
                + ": a profile whose machines have no SSH needs 'readiness: none', no setup steps, and requests"
                + " without credentials");
    }
}
