package dev.allocator.spi;

import dev.allocator.LeaseId;
import dev.allocator.RealmId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What a machine is tagged with from the first moment, so that it can be found and judged from outside.
 *
 * @param realm the realm that made it
 * @param lease the lease it was made for, if any
 * @param owner the owner as the engine writes it; a hint
 * @param expires when it was to expire as of its creation; a hint
 * @param labels free words
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record MachineTags(
        RealmId realm, Optional<LeaseId> lease, String owner, Optional<Instant> expires, Map<String, String> labels) {
    /** Copies the labels. */
    public MachineTags {
        labels = Map.copyOf(labels);
    }
}
