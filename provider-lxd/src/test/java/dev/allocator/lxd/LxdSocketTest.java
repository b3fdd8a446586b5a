package dev.allocator.lxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.allocator.Profile;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.spi.Diagnosis;
import dev.allocator.testkit.ProviderBench;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where LXD is looked for, and what is said to who may not open it. */
class LxdSocketTest {

    private static final Path SNAP = Path.of("/var/snap/lxd/common/lxd/unix.socket");
    private static final Path DISTRIBUTION = Path.of("/var/lib/lxd/unix.socket");

    @TempDir
    Path folder;

    @Test
    void theSettingCountsMost() throws Exception {
        Map<String, Object> settings = Map.of("socket", "/a/lxd.socket");
        assertThat(find(settings, "/b/unix.socket", "/c")).isEqualTo(Path.of("/a/lxd.socket"));
    }

    @Test
    void thenTheEnvironmentAsLxcReadsIt() throws Exception {
        assertThat(find(Map.of(), "/b/unix.socket", "/c")).isEqualTo(Path.of("/b/unix.socket"));
        assertThat(find(Map.of(), "", "/c")).isEqualTo(Path.of("/c/unix.socket"));
    }

    /** Which of them there is differs from host to host. */
    @Test
    void thenWherePackagesPutItTheSnapFirst() throws Exception {
        assertThat(find(Map.of(), "", "")).isEqualTo(Files.exists(SNAP) ? SNAP : DISTRIBUTION);
    }

    private Path find(Map<String, Object> settings, String socket, String directory) throws Exception {
        Profile profile = Profile.named("x", "lxd").image("x").build();
        try (ProviderBench bench = ProviderBench.of(new LxdProviderFactory(), profile, folder)
                .settings(settings)
                .environment("LXD_SOCKET", socket)
                .environment("LXD_DIR", directory)
                .open()) {
            return LxdSocket.find(bench.context());
        }
    }

    @Test
    @Timeout(60)
    void whoMayNotOpenItIsTold() throws Exception {
        Path socket = folder.resolve("unix.socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            String said;
            if ("root".equals(System.getProperty("user.name"))) {
                Files.setAttribute(socket, "unix:uid", 65534);
                Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
                said = diagnosedWithoutPrivileges(socket);
            } else {
                Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("---------"));
                said = diagnosed(socket);
            }
            assertThat(said).isEqualTo("ERROR LXD cannot be reached: this user may not open the socket " + socket);
        }
    }

    /** Root as well, but one who may not open what belongs to others. */
    private String diagnosedWithoutPrivileges(Path socket) throws Exception {
        if (!Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
            String reason = "this test needs /usr/bin/setpriv (of util-linux)";
            return "required".equals(System.getProperty("e2e")) ? fail(reason) : abort(reason);
        }
        Path said = folder.resolve("said");
        Path output = folder.resolve("out");
        Process program = new ProcessBuilder(
                        "/usr/bin/setpriv",
                        "--bounding-set=-dac_override,-dac_read_search",
                        "--inh-caps=-all",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Diagnosing.class.getName(),
                        socket.toString(),
                        said.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(program.waitFor(50, TimeUnit.SECONDS)).isTrue();
        } finally {
            program.destroyForcibly();
        }
        assertThat(program.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(said);
    }

    private static String diagnosed(Path socket) {
        try (LxdClient client = LxdClient.at(socket)) {
            Diagnosis only = assertThat(new Doctor(client, socket, "spread-adhoc").diagnose())
                    .singleElement()
                    .actual();
            return only.severity() + " " + only.message();
        }
    }

    /** A program that writes what is said of a socket into a file. */
    static final class Diagnosing {

        private Diagnosing() {}

        public static void main(String[] arguments) throws Exception {
            Files.writeString(Path.of(arguments[1]), diagnosed(Path.of(arguments[0])));
        }
    }
}
