package dev.allocator.spi;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What the engine gives a provider instance for its life. */
@API(status = Status.MAINTAINED, since = "0.1")
public interface ProviderContext {

    /** The instance's name. */
    String instance();

    /** The instance's settings, checked against {@link ProviderFactory#settings()}. */
    Settings settings();

    /** The only way to start processes. */
    Processes processes();

    /**
     * A machine's folder for files that live as long as it: mode 0700, created when first asked for; the engine
     * removes it after {@link Provider#destroy} succeeded. Once the machine's lease has begun to end it is not created
     * any more: then use {@link #directoryPath}.
     *
     * @throws dev.allocator.StoreException if it cannot be created
     */
    Path directory(MachineId machine);

    /** The folder of {@link #directory} without creating it. */
    Path directoryPath(MachineId machine);

    /** The folder that holds the folders of all machines of this instance; may not exist. */
    Path directories();

    /**
     * The file, in the folder of the evidence of the machine's lease, that what a tool prints about the machine is
     * appended to. Its folder exists, mode 0700; whoever creates the file makes it 0600. It lives as long as the lease,
     * and seven days longer if the allocation fails. No secret belongs there.
     *
     * @param name such as {@code allocate.log}
     * @throws dev.allocator.StoreException if the folder cannot be created
     */
    Path log(MachineId machine, String name);

    /** A folder for what may be deleted at any time and is shared by all of the user's processes. */
    Path cacheDirectory();

    /** The realm that machines are tagged with. */
    RealmId realm();

    /** Tells the time. */
    InstantSource clock();

    /** The environment that variables are looked up in. */
    Map<String, String> environment();

    /**
     * Resolves a path from the configuration: {@code ~} is the user's home, a relative one starts at the folder of
     * the file that it was written in.
     */
    Path resolve(String path, Location location);
}
