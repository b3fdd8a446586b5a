package dev.allocator.spi;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A running process that belongs to a machine, as its environment says.
 *
 * @param process the process
 * @param realm the realm that started it
 * @param machine the machine it belongs to
 * @param group its process group: the id of the process that {@link Processes} started, unless it left that group
 * @param directory its working directory
 * @param command its program and arguments, at least one text; a single empty one if it shows none
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record TaggedProcess(
        ChildProcess process, RealmId realm, MachineId machine, long group, Path directory, List<String> command) {
    /** Copies the command. */
    public TaggedProcess {
        command = List.copyOf(command);
    }
}
