package dev.allocator.core.ssh;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.Credentials;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import dev.allocator.MachineAccessException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A logged-in SSH connection. Commands, copies and forwarded ports share it; safe for use by many threads.
 *
 * <p>An interrupted caller gets a {@link MachineAccessException} at once, with its flag set again; what it had started
 * in the machine is terminated in the background. A machine that stops answering is noticed within about 30 s.
 */
public final class SshConnection implements AutoCloseable {

    private final HostAndPort address;
    private final Credentials credentials;
    private final HostKey hostKey;
    private final BannerSocket socket;
    private final Session session;
    private final ChannelWork work;
    private final CommandRunner commands;
    private final SudoCommands sudo;

    private SshConnection(BannerSocket socket, Credentials credentials, HostKey hostKey, Session session) {
        this.address = socket.address();
        this.credentials = credentials;
        this.hostKey = hostKey;
        this.socket = socket;
        this.session = session;
        this.work = new ChannelWork(address, session);
        this.commands = new CommandRunner(address, work);
        this.sudo = new SudoCommands(commands, this.toString());
    }

    /**
     * Logs in. Blocks; an interrupt closes the connection, and so does closing the socket from another thread.
     *
     * @param socket a fresh connection, which belongs to the result or, if this fails, is closed
     * @param hostKeys keys one of which the server must prove to have; empty: any, see {@link #hostKey()}
     * @param timeout how long each answer of the server may take
     * @throws LoginRefusedException if the server does not accept the credentials
     * @throws HostKeyMismatchException if it has none of the expected host keys
     * @throws IOException if the connection broke or was too slow
     * @throws IllegalArgumentException if the private key cannot be read
     */
    public static SshConnection open(
            BannerSocket socket, Credentials credentials, List<HostKey> hostKeys, Duration timeout)
            throws LoginRefusedException, HostKeyMismatchException, IOException {
        HostKeyCheck check = new HostKeyCheck(hostKeys);
        Session session = JschSession.logIn(socket, credentials, check, timeout);
        return new SshConnection(socket, credentials, check.seen(), session);
    }

    /** Where the machine is. */
    public HostAndPort address() {
        return address;
    }

    /** Who is logged in. */
    public String user() {
        return credentials.user();
    }

    /** What the server accepted. */
    public Credentials credentials() {
        return credentials;
    }

    /** The key by which the server proved itself. */
    public HostKey hostKey() {
        return hostKey;
    }

    /** Whether it is usable as far as is known. */
    public boolean isOpen() {
        return session.isConnected();
    }

    /**
     * Runs a command, as {@link dev.allocator.Lease#exec(Command)} describes.
     *
     * @param root how to become root if the command asks for it
     * @throws CommandTimeoutException if it takes too long
     * @throws MachineAccessException if the connection breaks, root cannot be had, or the caller is interrupted
     */
    public ExecResult exec(Command command, RootAccess root) {
        if (!command.runsAsRoot() || user().equals("root") || root instanceof RootAccess.Direct) {
            return commands.run(command, Privilege.AS_USER);
        }
        return sudo.run(command, ((RootAccess.Sudo) root).password());
    }

    /** Copies a file or folder to the machine, as {@link dev.allocator.Lease#upload} describes; links stay links. */
    public void upload(Path local, String remote) {
        String what = "upload " + local + " to " + remote + " on " + address;
        work.copy(what, sftp -> new SftpUpload(sftp).copy(local, remote));
    }

    /**
     * Copies a file or folder from the machine, as {@link dev.allocator.Lease#download} describes. Whatever the
     * machine says, nothing is written outside the target; links that lead out of what is copied, and files that are
     * neither files, folders nor links, are left out with a warning in the log.
     */
    public void download(String remote, Path local) {
        String what = "download " + remote + " from " + address + " to " + local;
        work.copy(what, sftp -> new SftpDownload(sftp).copy(remote, local));
    }

    /**
     * Makes a port of the machine's loopback address reachable at a free port of this host's until this is closed.
     *
     * @param port the port on 127.0.0.1 to use; 0: any that is free
     * @return the port on 127.0.0.1
     */
    public int forward(int guestPort, int port) {
        if (guestPort < 1 || guestPort > 65535) {
            throw new IllegalArgumentException("not a port: " + guestPort + " (expected 1 to 65535)");
        }
        if (!isOpen()) {
            throw new MachineAccessException("the connection to " + address + " is closed", null);
        }
        try {
            return session.setPortForwardingL("127.0.0.1", port, "127.0.0.1", guestPort, null, 30_000);
        } catch (JSchException e) {
            throw new MachineAccessException(
                    "cannot forward a port of this host to port " + guestPort + " of " + address + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Hangs up. Commands, copies and forwarded ports end. */
    @Override
    public void close() {
        closeForwardedPorts();
        // The socket goes before the session, so that nothing waits for a machine that does not answer any more.
        socket.close();
        session.disconnect();
        work.close();
    }

    /**
     * The session would close them, too, but in its own thread if that is the first to notice the closed socket: a port
     * could then still accept after {@link #close()}.
     */
    private void closeForwardedPorts() {
        try {
            for (String forwarded : session.getPortForwardingL()) {
                session.delPortForwardingL(
                        "127.0.0.1", Integer.parseInt(forwarded.split(":", 2)[0]));
            }
        } catch (JSchException alreadyClosed) {
            // Nothing listens there any more.
        }
    }

    /** For messages. */
    @Override
    public String toString() {
        return user() + "@" + address;
    }
}
