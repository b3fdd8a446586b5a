package dev.allocator.core.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.Command;
import dev.allocator.MachineAccessException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshTransferTest {

    private static final List<String> NAMES = List.of(
            "plain",
            "with space",
            "it's",
            "\"quoted\"",
            "back\\slash",
            "star*",
            "what?",
            "[a]",
            "new\nline",
            "-dash",
            "ÄÖ 日本",
            "$HOME",
            ".hidden",
            "~");

    @TempDir
    static Path directory;

    private static OpenSshServer server;
    private static SshConnection user;

    @TempDir
    Path here;

    @BeforeAll
    static void logIn() throws Exception {
        server = new OpenSshServer(directory).startAndWait();
        user = server.connect(server.userCredentials());
    }

    @AfterAll
    static void hangUp() throws Exception {
        if (user != null) {
            user.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static String shell(String script) {
        return user.exec(Command.shell(script), new RootAccess.Direct())
                .orThrow()
                .stdout();
    }

    private static void mode(Path path, String permissions) throws Exception {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aFolderGoesThereAndBackAsItIs() throws Exception {
        Path tree = Files.createDirectory(here.resolve("tree"));
        for (String name : NAMES) {
            Path folder = Files.createDirectory(tree.resolve(name));
            Files.writeString(folder.resolve(name), "content of " + name);
        }
        byte[] large = new byte[3_000_001];
        new Random(7).nextBytes(large);
        Files.write(tree.resolve("large"), large);
        Files.createDirectory(tree.resolve("empty"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("plain/plain"));
        Files.createSymbolicLink(tree.resolve("plain/up"), Path.of("../large"));
        mode(tree.resolve("large"), "rwxr-x--x");
        mode(tree.resolve("empty"), "r-xr-xr-x");
        user.upload(tree, "there");
        assertThat(shell("stat -c %a there/large there/empty; readlink there/link; cat there/link"))
                .isEqualTo("751\n555\nplain/plain\ncontent of plain");

        user.download("there", here.resolve("back"));
        for (String name : NAMES) {
            assertThat(here.resolve("back").resolve(name).resolve(name)).hasContent("content of " + name);
        }
        assertThat(here.resolve("back/large")).hasBinaryContent(large);
        assertThat(mode(here.resolve("back/large"))).isEqualTo("rwxr-x--x");
        assertThat(mode(here.resolve("back/empty"))).isEqualTo("r-xr-xr-x");
        assertThat(Files.readSymbolicLink(here.resolve("back/link"))).isEqualTo(Path.of("plain/plain"));
        assertThat(Files.readSymbolicLink(here.resolve("back/plain/up"))).isEqualTo(Path.of("../large"));
    }

    @Test
    void namesAreThoseOfCp() throws Exception {
        Path file = Files.writeString(here.resolve("file"), "one");
        Path folder = Files.createDirectory(here.resolve("folder"));
        Files.writeString(folder.resolve("inner"), "two");
        shell("rm -rf names; mkdir names");
        user.upload(file, "names/given");
        user.upload(file, "names");
        user.upload(file, "names/");
        user.upload(folder, "names");
        user.upload(folder, "names/fresh");
        user.upload(folder, "names/fresh");
        assertThat(shell("cd names; find . -type f | sort"))
                .isEqualTo("./file\n./folder/inner\n./fresh/folder/inner\n./fresh/inner\n./given\n");

        Path target = Files.createDirectory(here.resolve("target"));
        user.download("names/given", target);
        user.download("names/given", target.resolve("other"));
        user.download("names/folder", target);
        user.download("names/folder", target.resolve("new"));
        assertThat(target.resolve("given")).hasContent("one");
        assertThat(target.resolve("other")).hasContent("one");
        assertThat(target.resolve("folder/inner")).hasContent("two");
        assertThat(target.resolve("new/inner")).hasContent("two");
    }

    @Test
    void aNewContentReplacesTheOld() throws Exception {
        Path file = Files.writeString(here.resolve("file"), "a long content");
        user.upload(file, "replaced");
        Files.writeString(file, "short");
        user.upload(file, "replaced");
        assertThat(shell("cat replaced")).isEqualTo("short");
        Files.writeString(here.resolve("old"), "an old content that is longer");
        user.download("replaced", here.resolve("old"));
        assertThat(here.resolve("old")).hasContent("short");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> user.upload(here.resolve("nothing"), "x"))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining(here.resolve("nothing").toString())
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> user.download("no/such", here.resolve("x")))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining("'no/such'")
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> user.upload(here, "/no/such/folder/at/all"))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining("/no/such/folder/at/all");
    }

    @Test
    void aDownloadWritesThroughNoLink() throws Exception {
        Path outside = Files.writeString(here.resolve("outside"), "safe");
        Path target = Files.createDirectory(here.resolve("target"));
        Files.createSymbolicLink(target.resolve("file"), outside);
        Path outsideFolder = Files.createDirectory(here.resolve("outside-folder"));
        Files.createSymbolicLink(target.resolve("folder"), outsideFolder);
        shell("rm -rf evil; mkdir -p evil/folder; echo bad >evil/file; echo bad >evil/folder/file");
        user.download("evil/file", target);
        assertThat(outside).hasContent("safe");
        assertThat(target.resolve("file")).hasContent("bad");
        // A link that is named as the target folder's child is an existing folder, as for cp.
        shell("rm -rf tree; mkdir -p tree/a; echo x >tree/a/f");
        Files.createDirectory(target.resolve("tree"));
        Files.createSymbolicLink(target.resolve("tree/a"), outsideFolder);
        assertThatThrownBy(() -> user.download("tree", target))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining("no folder");
        assertThat(outsideFolder).isEmptyDirectory();
    }

    @Test
    void linksThatLeadOutAreLeftOut() throws Exception {
        shell("rm -rf links; mkdir -p links/sub; cd links; echo x >file; ln -s /etc/passwd abs; ln -s ../../x up;"
                + " ln -s sub/../../y later; ln -s file ok; ln -s ../file sub/ok; ln -s missing dangling; mkfifo pipe");
        user.download("links", here.resolve("links"));
        try (var files = Files.walk(here.resolve("links"))) {
            assertThat(files.map(path -> here.relativize(path).toString()))
                    .containsExactlyInAnyOrder(
                            "links", "links/file", "links/ok", "links/sub", "links/sub/ok", "links/dangling");
        }
        assertThat(here.resolve("links/sub/ok")).hasContent("x");
    }

    @Test
    void portsAreForwardedUntilTheConnectionIsClosed() throws Exception {
        SshConnection connection = server.connect(server.userCredentials());
        int port;
        try (ServerSocket guest = new ServerSocket()) {
            guest.bind(new InetSocketAddress("127.0.0.1", 0));
            port = connection.forward(guest.getLocalPort(), 0);
            for (int i = 0; i < 3; i++) {
                try (Socket client = new Socket("127.0.0.1", port);
                        Socket accepted = guest.accept()) {
                    client.getOutputStream().write("ping".getBytes());
                    assertThat(accepted.getInputStream().readNBytes(4))
                            .asString()
                            .isEqualTo("ping");
                    accepted.getOutputStream().write("pong".getBytes());
                    assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("pong");
                }
            }
        }
        try (Socket refused = new Socket("127.0.0.1", port)) {
            assertThat(refused.getInputStream().read()).isEqualTo(-1);
        }
        connection.close();
        // The kernel closes a listener on which a thread waits only when that thread has let go of it.
        await().untilAsserted(() ->
                assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).hasMessageContaining("refused"));
        assertThatThrownBy(() -> connection.forward(80, 0)).isInstanceOf(MachineAccessException.class);
    }
}
