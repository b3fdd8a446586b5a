package dev.allocator.script.fixed;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.spi.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A host as it is configured.
 *
 * @param name its name
 * @param address where its SSH server answers
 * @param login who logs in to it; empty: the profile's login
 * @param flaw why nobody can use it, such as a key's file that is missing
 * @param labels words that profiles can ask for
 * @param cpus processors; empty if it does not say
 * @param memoryMebibytes memory; empty if it does not say
 * @param gpus its GPUs, a name each
 * @param slots how many users it has at most at a time
 * @param drain why it gets no new users
 */
record Host(
        String name,
        HostAndPort address,
        Optional<Credentials> login,
        Optional<String> flaw,
        Map<String, String> labels,
        OptionalLong cpus,
        OptionalLong memoryMebibytes,
        List<String> gpus,
        long slots,
        Optional<String> drain) {

    static final String SLOT = "SLOT";
    static final String VCPU = "VCPU";
    static final String MEMORY_MB = "MEMORY_MB";

    /** What it has in all. */
    Place place() {
        Map<String, Long> capacity = new TreeMap<>(Gpus.count(gpus));
        capacity.put(SLOT, slots);
        cpus.ifPresent(cpus -> capacity.put(VCPU, cpus));
        memoryMebibytes.ifPresent(memory -> capacity.put(MEMORY_MB, memory));
        return new Place(name, capacity);
    }

    /** The name in quotes, for messages. */
    String quoted() {
        return "'" + name + "'";
    }
}
