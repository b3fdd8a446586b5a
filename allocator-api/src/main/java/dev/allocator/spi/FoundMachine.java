package dev.allocator.spi;

import dev.allocator.RealmId;
import java.time.Instant;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A machine found by its tags.
 *
 * @param ref how to destroy it
 * @param realm the realm it is tagged with
 * @param owner the owner as of its creation; a hint
 * @param expires its expiry as of its creation; a hint
 * @param description one line for people
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record FoundMachine(
        MachineRef ref, RealmId realm, Optional<String> owner, Optional<Instant> expires, String description) {}
