package dev.allocator.core.flow;

import dev.allocator.AllocatorException;
import dev.allocator.Credentials;
import dev.allocator.Phase;
import dev.allocator.core.lease.KeptHint;
import dev.allocator.core.lease.LeaseRecord;
import dev.allocator.core.lease.LeaseSecrets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the machine of an allocation that failed, as a detached lease. */
record Keeping(FlowServices services, Allocation allocation, Duration ttl) {

    private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);

    /**
     * Makes it durable, first how to log in, that the machine stays.
     *
     * @param why what went wrong
     * @return what a person is told, or empty if it cannot be kept, and so has to be destroyed
     */
    Optional<String> keep(Preparation preparation, String why, Map<Phase, Duration> phases) {
        try {
            LeaseSecrets secrets = preparation.secrets();
            secrets.save(services.store(), allocation.lease());
            Instant expires = services.clock().instant().plus(ttl);
            LeaseRecord kept = services.leases()
                    .update(
                            allocation.lease(),
                            lease -> lease.kept(
                                    expires,
                                    why,
                                    preparation.machine(),
                                    secrets.user().map(Credentials::user).orElse(null),
                                    preparation.hostKeys(),
                                    phases));
            return Optional.of(KeptHint.of(kept, secrets.user()));
        } catch (AllocatorException e) {
            LOG.warn("the machine of lease {} cannot be kept: {}", allocation.lease(), e.getMessage());
            return Optional.empty();
        }
    }
}
