package dev.allocator.junit;

import dev.allocator.AllocationException;
import dev.allocator.AllocatorException;
import dev.allocator.NoCapacityException;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.ProviderHealth;
import dev.allocator.ProviderHealth.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** Whether this host can provide what is declared, and what follows if it cannot. */
final class Availability {

    private Availability() {}

    /** Asks the providers, if the tests want that. */
    static void require(Declaration declaration, Run run) {
        Settings settings = declaration.settings();
        if (settings.requires().isEmpty() && settings.whenUnavailable() == WhenUnavailable.FAIL) {
            return;
        }
        Optional<Profile> profile = run.profile(declaration.machine().value());
        if (profile.isEmpty()) {
            return; // which the allocator tells best
        }
        String provider = profile.get().provider();
        for (ProviderHealth health : run.health()) {
            if (health.name().equals(provider)) {
                requireGood(declaration, health);
            }
        }
    }

    private static void requireGood(Declaration declaration, ProviderHealth health) {
        if (health.status() == Status.UNUSABLE) {
            throw unavailable(
                    declaration, "provider '" + health.name() + "' cannot be used: " + sentences(health), null);
        }
        String accel = health.attributes().getOrDefault("accel", "none");
        if (declaration.settings().requires().contains(Requirement.KVM) && !accel.equals("kvm")) {
            throw unavailable(
                    declaration,
                    "KVM is required, and provider '" + health.name() + "' has none (accel: " + accel + ")"
                            + (health.messages().isEmpty() ? "" : ": " + sentences(health)),
                    null);
        }
    }

    private static String sentences(ProviderHealth health) {
        return String.join("; ", health.messages());
    }

    /** What is thrown if allocating these failed: the same, unless it says that the machine was not to be had. */
    static RuntimeException translate(RuntimeException failure, Declaration declaration) {
        boolean unavailable = failure instanceof NoCapacityException
                || (failure instanceof AllocationException allocation
                        && allocation.failure().phase().compareTo(Phase.CREATE) < 0);
        return unavailable && declaration.settings().whenUnavailable() == WhenUnavailable.SKIP
                ? unavailable(declaration, String.valueOf(failure.getMessage()), failure)
                : failure;
    }

    private static RuntimeException unavailable(Declaration declaration, String why, @Nullable Throwable cause) {
        String message = "no machine for " + declaration + ": " + why;
        return declaration.settings().whenUnavailable() == WhenUnavailable.SKIP
                ? new TestAbortedException(message, cause)
                : new AllocatorException(message, cause);
    }
}
