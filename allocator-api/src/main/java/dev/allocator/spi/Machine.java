package dev.allocator.spi;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A machine that was created and runs.
 *
 * @param ref how to find it again
 * @param address where its SSH server will answer, or empty if it has none
 * @param console the file its console is written to
 * @param attributes facts for the user, such as {@code accel}
 * @param awake completes when connecting to the machine begins to make sense, as early as the provider can tell; never
 *     exceptionally. Earlier connections would cost a booting guest work and might be answered late
 * @param login what its SSH server accepts, where the provider decided or learnt that; it counts more than the profile's
 *     and any bootstrap key. Only with {@link Capability#LOGIN}
 * @param data what the machine's maker says to its user, byte for byte; it may be secret
 * @param death completes with one clear sentence when the machine dies by itself; never completes exceptionally. The
 *     engine listens only while it waits for the machine
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record Machine(
        MachineRef ref,
        Optional<HostAndPort> address,
        Optional<Path> console,
        Map<String, String> attributes,
        Optional<Credentials> login,
        Optional<byte[]> data,
        CompletionStage<?> awake,
        CompletionStage<String> death) {
    /** Copies the attributes. */
    public Machine {
        attributes = Map.copyOf(attributes);
    }

    /** A machine without a log-in of its own and without data. */
    public Machine(
            MachineRef ref,
            Optional<HostAndPort> address,
            Optional<Path> console,
            Map<String, String> attributes,
            CompletionStage<?> awake,
            CompletionStage<String> death) {
        this(ref, address, console, attributes, Optional.empty(), Optional.empty(), awake, death);
    }

    /** Without the attributes, the log-in and the data, which may be secret. */
    @Override
    public String toString() {
        return "machine " + ref.machine() + address.map(known -> " at " + known).orElse("");
    }
}
