package dev.allocator.spi;

import dev.allocator.MachineId;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * All that is needed to find and destroy a machine again, in any process. Never holds a secret.
 *
 * @param provider the name of the provider instance
 * @param machine the machine
 * @param data names and references, the provider's own affair; what is looked for by it has to be found by the machine's id
 *     alone, too, as it may be empty
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record MachineRef(String provider, MachineId machine, Map<String, String> data) {

    /** Copies the data. */
    public MachineRef {
        data = Collections.unmodifiableMap(new TreeMap<>(data));
    }

    /** A copy with one more name. */
    public MachineRef with(String key, String value) {
        Map<String, String> copy = new TreeMap<>(data);
        copy.put(key, value);
        return new MachineRef(provider, machine, copy);
    }
}
