package dev.allocator.core.ssh;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import dev.allocator.Secret;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A real sshd on a free port of 127.0.0.1, with a temporary user for log-ins with a password. */
final class OpenSshServer implements AutoCloseable {

    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    final HostAndPort address;
    final HostKey hostKey;
    final GeneratedKey rootKey = SshKeys.generate("test");
    final String user = "alloc" + UUID.randomUUID().toString().substring(0, 8);
    final String password = "p'a\"s$s:w ö" + UUID.randomUUID();
    private final Path directory;
    private Process process;

    OpenSshServer(Path directory, String... options) throws IOException, InterruptedException {
        require(Files.isExecutable(SSHD), SSHD + " (package openssh-server)");
        require("root".equals(System.getProperty("user.name")), "root, as sshd has to change users");
        this.directory = directory;
        GeneratedKey host = SshKeys.generate("host");
        hostKey = host.publicKey();
        write("host_key", host.privateKey().reveal());
        write("authorized_keys", rootKey.authorizedKey() + "\n");
        Files.createDirectories(Path.of("/run/sshd"));
        run("useradd", "-m", "-s", "/bin/bash", user);
        Process chpasswd =
                new ProcessBuilder("chpasswd").redirectErrorStream(true).start();
        try (var in = chpasswd.outputWriter()) {
            in.write(user + ":" + password + "\n");
        }
        chpasswd.waitFor();
        address = new HostAndPort("127.0.0.1", freePort());
        List<String> config = new ArrayList<>(List.of(
                "ListenAddress 127.0.0.1:" + address.port(),
                "HostKey " + directory.resolve("host_key"),
                "AuthorizedKeysFile " + directory.resolve("authorized_keys"),
                "PidFile none",
                "StrictModes no",
                "PermitRootLogin yes",
                "UsePAM no",
                // Keeps bash from running the start-up file that root may have on this host.
                "SetEnv SHLVL=9",
                "Subsystem sftp internal-sftp"));
        config.addAll(List.of(options));
        write("sshd_config", String.join("\n", config) + "\n");
    }

    static void require(boolean present, String what) {
        if (!present && "required".equals(System.getProperty("e2e"))) {
            throw new AssertionError("this test needs " + what);
        }
        assumeTrue(present, () -> "skipped: this test needs " + what);
    }

    /** Checks users as the host does. */
    OpenSshServer withPam() throws IOException {
        Path config = directory.resolve("sshd_config");
        Files.writeString(config, Files.readString(config).replace("UsePAM no", "UsePAM yes"));
        return this;
    }

    OpenSshServer start() throws IOException {
        process = new ProcessBuilder(
                        SSHD.toString(),
                        "-D",
                        "-e",
                        "-f",
                        directory.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("sshd.log").toFile())
                .start();
        return this;
    }

    OpenSshServer startAndWait() throws IOException {
        start();
        await().atMost(Duration.ofSeconds(20)).until(this::accepts);
        return this;
    }

    Credentials rootCredentials() {
        return Credentials.key("root", rootKey.privateKey());
    }

    Credentials userCredentials() {
        return Credentials.password(user, Secret.of(password));
    }

    SshConnection connect(Credentials credentials) throws Exception {
        return SshConnection.open(
                BannerSocket.connect(address, Duration.ofSeconds(10)),
                credentials,
                List.of(hostKey),
                Duration.ofSeconds(20));
    }

    /** Kills the server and all that it serves, as a machine that loses power. */
    void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (process != null) {
            kill();
        }
        run("pkill", "-KILL", "-u", user);
        await().atMost(Duration.ofSeconds(20)).until(() -> run("userdel", "-r", user) != 8);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket(address.host(), address.port())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }
}
