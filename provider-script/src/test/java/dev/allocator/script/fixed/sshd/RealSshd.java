package dev.allocator.script.fixed.sshd;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** OpenSSH's server on free ports of 127.0.0.1, which takes root with a key. */
final class RealSshd implements AutoCloseable {

    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    private final Path folder;
    private final List<Integer> ports = new ArrayList<>();
    private Process process;

    /** @param folder where its files are */
    RealSshd(Path folder, int ports) throws IOException, InterruptedException {
        require(Files.isExecutable(SSHD), SSHD + " (package openssh-server)");
        require("root".equals(System.getProperty("user.name")), "root, as sshd has to change users");
        this.folder = folder;
        keygen("host_key");
        keygen("user_key");
        Files.createDirectories(Path.of("/run/sshd"));
        for (int i = 0; i < ports; i++) {
            this.ports.add(freePort());
        }
        List<String> config = new ArrayList<>(List.of(
                "HostKey " + folder.resolve("host_key"),
                "AuthorizedKeysFile " + folder.resolve("user_key.pub"),
                "PidFile none",
                "StrictModes no",
                "PermitRootLogin yes",
                "MaxStartups 100",
                "UsePAM no",
                // Keeps bash from running the start-up file that root may have on this host.
                "SetEnv SHLVL=9"));
        this.ports.forEach(port -> config.add("ListenAddress 127.0.0.1:" + port));
        Files.write(folder.resolve("sshd_config"), config);
        process = new ProcessBuilder(
                        SSHD.toString(),
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(30)).until(() -> this.ports.stream().allMatch(RealSshd::accepts));
    }

    private static void require(boolean present, String what) {
        if (!present && "required".equals(System.getProperty("e2e"))) {
            throw new AssertionError("this test needs " + what);
        }
        assumeTrue(present, () -> "skipped: this test needs " + what);
    }

    String address(int which) {
        return "127.0.0.1:" + ports.get(which);
    }

    /** The file with root's private key. */
    Path key() {
        return folder.resolve("user_key");
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    private void keygen(String name) throws IOException, InterruptedException {
        Process keygen = new ProcessBuilder(
                        "ssh-keygen",
                        "-q",
                        "-t",
                        "ed25519",
                        "-N",
                        "",
                        "-f",
                        folder.resolve(name).toString())
                .inheritIO()
                .start();
        if (keygen.waitFor() != 0) {
            throw new IOException("ssh-keygen failed");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
