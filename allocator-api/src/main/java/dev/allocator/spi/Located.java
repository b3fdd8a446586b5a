package dev.allocator.spi;

import dev.allocator.HostAndPort;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Where a machine is, learnt after it was started.
 *
 * @param address where its SSH server will answer
 * @param attributes facts for the user that came with it, such as further addresses; they are added to the machine's
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record Located(HostAndPort address, Map<String, String> attributes) {
    /** Copies the attributes. */
    public Located {
        attributes = Map.copyOf(attributes);
    }
}
