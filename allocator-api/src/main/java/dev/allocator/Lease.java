package dev.allocator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A user's right to a machine until it ends.
 *
 * <p>Safe for use by many threads. After the end every method that needs the machine throws
 * {@link LeaseEndedException}.
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public interface Lease extends AutoCloseable {

    /** The lease's id. */
    LeaseId id();

    /** What the store says of the lease now, or said last if it has ended. */
    LeaseInfo info();

    /** How to log in, or empty for a machine without SSH. */
    Optional<SshEndpoint> endpoint();

    /**
     * The machine's address in a network that it shares with others, for use in those machines.
     *
     * @param network the network's name, as in the request or the profile
     * @throws IllegalArgumentException if the machine is in no network of that name; names those that it is in
     */
    String address(String network);

    /** The address at which the machine reaches the host that it runs on, or empty if it has none or may not. */
    Optional<String> hostAddress();

    /** What the provider says of the machine, such as {@code accel} or {@code ipv6}. */
    Map<String, String> attributes();

    /**
     * What the machine's maker says to its user, byte for byte, or empty if it says nothing. It may be secret. Each call
     * returns a copy.
     */
    Optional<byte[]> data();

    /**
     * Runs a program as the lease's user and waits for it: {@code exec(Command.of(…))}.
     *
     * @param command the program and its arguments, passed on as they are
     * @throws CommandTimeoutException if it takes longer than {@link Command#timeout()}
     * @throws MachineAccessException if the machine cannot be reached
     */
    default ExecResult exec(String... command) {
        return exec(Command.of(command));
    }

    /**
     * Runs a command and waits for it. An exit status other than 0 is a result, not an exception, unless
     * {@link ExecResult#orThrow()} is called.
     *
     * @throws CommandTimeoutException if it takes longer than {@link Command#timeout()}; it is terminated
     * @throws MachineAccessException if the machine cannot be reached, or the caller was interrupted (its interrupt
     *     flag is set again)
     */
    ExecResult exec(Command command);

    /**
     * Copies a file or, with all in it, a folder to the machine, keeping permissions. As with {@code cp -r}, what is
     * copied gets the name that is given, or its own name in it if that is an existing folder.
     *
     * @param local an existing file or folder
     * @param remote a path in the machine; a relative one starts at the user's home
     * @throws MachineAccessException if that fails
     */
    void upload(Path local, String remote);

    /**
     * Copies a file or, with all in it, a folder from the machine. Names as for {@link #upload}.
     *
     * @param remote a path in the machine; a relative one starts at the user's home
     * @param local the file or folder to write, or an existing folder to write into
     * @throws MachineAccessException if that fails
     */
    void download(String remote, Path local);

    /**
     * Makes a TCP port of the machine reachable from here until this object is closed or the lease ends: by its provider
     * where that can, else through the SSH connection. Whether something listens there is not looked at.
     *
     * @param guestPort 1 to 65535; a port that something listens on, or will, at all addresses of the machine
     * @return the address here, on loopback
     * @throws MachineAccessException if that fails
     */
    HostAndPort forward(int guestPort);

    /**
     * Restarts the machine's system and returns once its user can log in again. The lease, its address and its forwarded
     * ports stay; connections and commands under way are cut off. It needs root, as {@link Command#asRoot()} does. That the
     * system did restart is proved by the kernel's boot id and the start of the first process.
     *
     * <p>A reboot from inside, such as by {@code exec("sudo", "reboot")}, needs no call: that command either ends or is cut
     * off with a {@link MachineAccessException}, and commands work again as soon as the machine can be logged in to, which
     * each of them waits 30 s for.
     *
     * @param timeout for all of it, more than zero
     * @throws ReadinessTimeoutException if nobody can log in by then; the lease goes on
     * @throws MachineAccessException if the system cannot be told to restart, or died
     */
    void reboot(Duration timeout);

    /**
     * The files with what is known of the machine, such as its console and what its setup steps wrote; they may still
     * grow, and are gone with the lease.
     */
    List<Path> logs();

    /**
     * Makes the lease end that long from now, whatever was set before.
     *
     * @param ttl more than zero
     */
    void renew(Duration ttl);

    /**
     * Lets the lease outlive this process: it ends after its TTL or when discarded. A lease without a TTL gets one
     * of 24 h.
     */
    void detach();

    /**
     * Lets the lease outlive this process, so that somebody can look at its machine: it ends that long from now, whatever
     * was set before, or when discarded.
     *
     * @param ttl more than zero
     * @return one line for people: until when, how to log in, and how to end it
     */
    String keep(Duration ttl);

    /**
     * Ends the lease and destroys its machine. Does nothing if that has happened.
     *
     * @throws DiscardException if the machine could not be destroyed; the record is kept so that it can be tried again
     */
    void discard();

    /** {@linkplain #discard() Discards} the lease if it is attached to the allocator it came from, else lets go of it. */
    @Override
    void close();
}
