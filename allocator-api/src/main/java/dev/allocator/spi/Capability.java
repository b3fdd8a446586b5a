package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What a provider may be able to do. Declared, so that nobody has to try. Releases may add capabilities. */
@API(status = Status.MAINTAINED, since = "0.1")
public enum Capability {
    /** {@link Provider#list()} works. */
    LIST,
    /** Machines have a console that is written to a file. */
    CONSOLE,
    /** The engine's key and host key can be planted while a machine is created ({@link CreateContext#bootstrap()}). */
    BOOTSTRAP,
    /** Machines may come with a log-in of their own ({@link Machine#login()}), so that a profile need not name one. */
    LOGIN,
    /** {@link Provider#exec} works for machines that say so ({@link Machine#commands()}). */
    EXEC,
    /** Machines can join networks ({@link MachineSpec#network()}); without it such a request is refused. */
    NETWORK,
    /** {@link Provider#forward} works. */
    FORWARD,
    /** Machines can see folders of the host ({@link dev.allocator.Profile#shares()}); without it such a profile is refused. */
    SHARES
}
