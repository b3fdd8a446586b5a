package dev.allocator.core.readiness;

import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.Credentials;
import dev.allocator.Durations;
import dev.allocator.ExecResult;
import dev.allocator.HostKey;
import dev.allocator.MachineAccessException;
import dev.allocator.Secret;
import dev.allocator.SetupStep;
import dev.allocator.Share;
import dev.allocator.core.ssh.ShellQuote;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.GuestMount;
import dev.allocator.spi.NetworkCard;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares a machine for its user, as root. All scripts and their parameters go through standard input: nothing of them
 * is in the arguments of a process. An interrupt ends the script.
 */
public final class GuestScripts {

    /** The name under which {@code /bin/sh -s} gets the script that sets up a user; for stand-ins of machines. */
    public static final String PERSONALISE = "allocator-personalise";

    /** The name under which {@code /bin/sh -s} gets the script that sets the host name. */
    public static final String HOST_NAME = "allocator-hostname";

    /** The name under which {@code /bin/sh -s} gets the script that sets up a network card and names. */
    public static final String NETWORK = "allocator-network";

    /** The name under which {@code /bin/sh -s} gets the script that waits for cloud-init. */
    public static final String CLOUD_INIT = "allocator-cloud-init";

    /** The name under which {@code /bin/sh -s} gets the script that shows sshd's host keys. */
    public static final String HOST_KEYS = "allocator-host-keys";

    /** The name under which {@code /bin/sh -s} gets the script that mounts a folder of the host. */
    public static final String MOUNT = "allocator-mount";

    private static final Pattern HOST_KEY = Pattern.compile("[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(\\s|$)");
    private static final Logger LOG = LoggerFactory.getLogger(GuestScripts.class);

    private final GuestShell shell;

    /** By commands in the machine. */
    public GuestScripts(GuestShell shell) {
        this.shell = shell;
    }

    /**
     * Waits until cloud-init is done with this boot, where there is one; whether it succeeded does not matter. Needs no
     * root.
     *
     * @throws GuestFailure if it is not done before the deadline
     * @throws MachineAccessException if the machine cannot be asked any more
     */
    public void awaitCloudInit(Deadline deadline) throws GuestFailure, InterruptedException {
        String what = "waiting for cloud-init";
        Command command = Command.of("/bin/sh", "-s", CLOUD_INIT).stdin(resource("cloudinit.sh"));
        ExecResult result = exec(what, command, deadline);
        if (!result.succeeded()) {
            LOG.debug("{} ended with status {}: {}", what, result.exitStatus(), result.stderr());
        }
    }

    /**
     * The host keys that the machine's sshd has, as the machine itself shows them; none if it has none where sshd keeps
     * them. Needs no root.
     *
     * @throws GuestFailure if that does not end before the deadline
     * @throws MachineAccessException if the machine cannot be asked any more
     */
    public List<HostKey> hostKeys(Deadline deadline) throws GuestFailure, InterruptedException {
        Command command = Command.of("/bin/sh", "-s", HOST_KEYS).stdin(resource("hostkeys.sh"));
        return exec("reading the host keys", command, deadline)
                .stdout()
                .lines()
                .filter(line -> HOST_KEY.matcher(line).lookingAt())
                .map(HostKey::parse)
                .toList();
    }

    /**
     * Makes a user able to log in: creates it if it is missing, sets its password or adds its public key, and makes
     * sshd accept that. The user gets no rights that it did not have.
     *
     * @throws GuestFailure if that fails; never shows the password or the key
     * @throws MachineAccessException if the machine cannot be reached any more
     */
    public void personalise(Credentials credentials, Deadline deadline) throws GuestFailure, InterruptedException {
        run("setting up the user '" + credentials.user() + "'", PERSONALISE, personaliseScript(credentials), deadline);
    }

    /**
     * Sets the machine's host name.
     *
     * @param name letters, digits and dashes
     * @throws GuestFailure if that fails
     * @throws MachineAccessException if the machine cannot be reached any more
     */
    public void hostName(String name, Deadline deadline) throws GuestFailure, InterruptedException {
        if (!name.matches("[A-Za-z0-9]([A-Za-z0-9-]{0,62})")) {
            throw new IllegalArgumentException("not a host name: '" + name + "'");
        }
        String script = "name=" + ShellQuote.word(name) + "\n" + resource("hostname.sh");
        run("setting the host name '" + name + "'", HOST_NAME, script, deadline);
    }

    /**
     * Mounts a folder of the host, now and whenever the machine boots.
     *
     * @throws GuestFailure if that fails; it says so if the machine's kernel does not know such a file system
     * @throws MachineAccessException if the machine cannot be reached any more
     */
    public void mount(GuestMount mount, Deadline deadline) throws GuestFailure, InterruptedException {
        Share share = mount.share();
        run("mounting the share " + share.host() + " at " + share.guest(), MOUNT, mountScript(mount), deadline);
    }

    static String mountScript(GuestMount mount) {
        return "source=" + ShellQuote.word(mount.source()) + "\ntype=" + ShellQuote.word(mount.type()) + "\noptions="
                + ShellQuote.word(mount.options()) + "\nguest="
                + ShellQuote.word(mount.share().guest()) + "\n" + resource("mount.sh");
    }

    /**
     * Gives a card its address, now and at every boot, and tells the machine the names of the network's machines, in
     * place of those that it knew.
     *
     * @param names addresses by names, its own too
     * @throws GuestFailure if that fails
     * @throws MachineAccessException if the machine cannot be reached any more
     */
    public void join(NetworkCard card, SortedMap<String, String> names, Deadline deadline)
            throws GuestFailure, InterruptedException {
        network(card.network(), card.mac(), card.address() + "/" + card.prefix(), names, deadline);
    }

    /**
     * Tells a machine of a network the names of its machines, in place of those that it knew.
     *
     * @param names addresses by names, its own too
     * @throws GuestFailure if that fails
     * @throws MachineAccessException if the machine cannot be reached any more
     */
    public void tellNames(String network, SortedMap<String, String> names, Deadline deadline)
            throws GuestFailure, InterruptedException {
        network(network, "", "", names, deadline);
    }

    private void network(String network, String mac, String address, SortedMap<String, String> names, Deadline deadline)
            throws GuestFailure, InterruptedException {
        StringJoiner hosts = new StringJoiner("\n");
        names.forEach((name, known) -> hosts.add(known + " " + name));
        String script = "network=" + ShellQuote.word(network) + "\nmac=" + ShellQuote.word(mac) + "\naddress="
                + ShellQuote.word(address) + "\nhosts=" + ShellQuote.word(hosts.toString()) + "\n"
                + resource("network.sh");
        run("setting up network '" + network + "'", NETWORK, script, deadline);
    }

    /**
     * Runs a setup step with bash, or sh where there is none, without input.
     *
     * @param log what its output is appended to
     * @throws GuestFailure if it ends with another status than 0 or not before the deadline
     * @throws MachineAccessException if the machine cannot be reached any more
     */
    public void run(SetupStep step, Path log, Deadline deadline) throws GuestFailure, InterruptedException {
        String what = "setup step '" + step.name() + "'";
        String script = step.script().endsWith("\n") ? step.script() : step.script() + "\n";
        try (OutputStream file = Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            LogTail tail = new LogTail(new BufferedOutputStream(file));
            Command command = Command.shell(resource("step.sh")).stdin(script).stdout(tail);
            try {
                int status = exec(what, command.asRoot(), deadline, tail).exitStatus();
                if (status != 0) {
                    throw failure(what + " failed with status " + status, tail.lines());
                }
            } finally {
                tail.flush();
            }
        } catch (IOException e) {
            throw new GuestFailure("the output of " + what + " cannot be written to " + log, List.of(), e);
        }
    }

    static String personaliseScript(Credentials credentials) {
        String password = credentials.password().map(Secret::reveal).orElse("");
        String key = credentials
                .privateKey()
                .map(secret -> SshKeys.publicKey(secret) + " allocator")
                .orElse("");
        return "user=" + ShellQuote.word(credentials.user()) + "\npassword=" + ShellQuote.word(password) + "\nkey="
                + ShellQuote.word(key) + "\n" + resource("personalise.sh");
    }

    private void run(String what, String name, String script, Deadline deadline)
            throws GuestFailure, InterruptedException {
        Command command = Command.of("/bin/sh", "-s", name).stdin(script).asRoot();
        ExecResult result = exec(what, command, deadline);
        if (!result.succeeded()) {
            throw failure(
                    what + " failed with status " + result.exitStatus(),
                    result.stderr().strip().lines().toList());
        }
    }

    private ExecResult exec(String what, Command command, Deadline deadline) throws GuestFailure, InterruptedException {
        return exec(what, command, deadline, new LogTail(OutputStream.nullOutputStream()));
    }

    /** @param written what the command wrote so far, for the message of its failure */
    private ExecResult exec(String what, Command command, Deadline deadline, LogTail written)
            throws GuestFailure, InterruptedException {
        try {
            return shell.run(command.timeout(deadline.remaining().plusMillis(1)));
        } catch (CommandTimeoutException e) {
            // Not with its last line, which is likely to be the shell's remark on being terminated.
            throw new GuestFailure(
                    what + " did not end within " + Durations.format(deadline.total()) + " and was terminated",
                    written.lines(),
                    e);
        } catch (MachineAccessException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
            throw new MachineAccessException(what + " was cut off: " + e.getMessage(), e);
        }
    }

    private static GuestFailure failure(String what, List<String> lines) {
        String last = lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1).strip();
        return new GuestFailure(what + last, lines.subList(Math.max(0, lines.size() - 20), lines.size()), null);
    }

    static String resource(String name) {
        try (InputStream stream = GuestScripts.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("allocator-core lacks its script " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the script " + name, e);
        }
    }
}
