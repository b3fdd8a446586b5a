package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.EndReason;
import dev.allocator.EndedLease;
import dev.allocator.HostAndPort;
import dev.allocator.LeaseId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be done with a machine besides running programs in it. */
class MachineCommandsTest {

    private static final String ID = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String FAILED = "cccccccc-0000-4000-8000-000000000003";

    @TempDir
    Path folder;

    private final CliRun cli = new CliRun();
    private FakeLease lease;

    @BeforeEach
    void aLease() {
        lease = cli.allocator.lease(ID, "127.0.0.1:4001");
        cli.directory = folder;
    }

    @Test
    void keepsAMachineAndSaysWhatToDoWithIt() {
        assertThat(cli.run("keep", "127.0.0.1:4001", "--state-dir", "/a dir/it's"))
                .isZero();

        assertThat(cli.allocator.calls).containsExactly("keep 127.0.0.1:4001 PT2H", "close");
        assertThat(cli.out()).isEqualTo("""
                        allocator --state-dir '/a dir/it'\\''s' ssh aaaaaaaa
                        allocator --state-dir '/a dir/it'\\''s' discard aaaaaaaa
                        """);
        assertThat(cli.err()).isEqualTo("allocator: lease " + ID + " is kept for 2h\n");
    }

    @Test
    void keepsAMachineAsLongAsToldTo() {
        assertThat(cli.run("keep", "-q", "aaaaaaaa", "--ttl", "1d")).isZero();

        assertThat(cli.allocator.calls).startsWith("keep 127.0.0.1:4001 PT24H");
        assertThat(cli.out()).isEqualTo("allocator ssh aaaaaaaa\nallocator discard aaaaaaaa\n");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void reboots() {
        assertThat(cli.run("reboot", "127.0.0.1:4001")).isZero();
        assertThat(cli.run("reboot", "127.0.0.1:4001", "--timeout", "30s")).isZero();

        assertThat(cli.allocator.calls).contains("reboot 127.0.0.1:4001 PT5M", "reboot 127.0.0.1:4001 PT30S");
        assertThat(cli.err()).startsWith("allocator: 127.0.0.1:4001: restarting its system\n");
    }

    @ParameterizedTest
    @CsvSource({
        "here, 127.0.0.1:4001:/tmp/, upload %s/here to /tmp/",
        "./here, 127.0.0.1:4001:, upload %s/./here to .",
        "here, aaaaaaaa:a:b, upload %s/here to a:b",
        "127.0.0.1:4001:logs, ., download logs to %s/.",
        "127.0.0.1:4001:/a/b, /c, download /a/b to /c",
        "[::1]:4002:x, y, download x to %s/y",
        "[::2]:x, y, download x to %s/y",
    })
    void copies(String source, String target, String call) throws Exception {
        cli.allocator.lease("bbbbbbbb-0000-4000-8000-000000000001", "[::1]:4002");
        cli.allocator.lease("bbbbbbbb-0000-4000-8000-000000000002", "[::2]:22");
        Files.createFile(folder.resolve("here"));

        assertThat(cli.run("cp", source, target)).as(cli.err()).isZero();
        assertThat(cli.allocator.calls).containsExactly(call.formatted(folder), "close");
    }

    @ParameterizedTest
    @CsvSource({"a, b", "127.0.0.1:4001:a, 127.0.0.1:4001:b", "./a:b, /c:d"})
    void copiesOnlyBetweenHereAndAMachine(String source, String target) {
        assertThat(cli.run("cp", source, target)).isEqualTo(2);
        assertThat(cli.err()).startsWith("allocator: one of SRC and DST has to be in a machine, ");
    }

    @Test
    void copiesNothingThatIsNotThere() {
        assertThat(cli.run("cp", "nothing", "127.0.0.1:4001:x")).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("allocator: cannot copy 'nothing': there is no such file\n");
        assertThat(cli.allocator.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "x", "65536", "1:2:3", "-1", "70000:1", ":1"})
    void refusesWhatIsNoPort(String port) {
        assertThat(cli.run("forward", "127.0.0.1:4001", "--", port)).isEqualTo(2);
        assertThat(cli.err()).contains("is not [LOCAL:]PORT").hasLineCount(1);
        assertThat(cli.allocator.calls).isEmpty();
    }

    @Test
    void forwardsUntilItIsInterrupted() throws Exception {
        try (ServerSocket guest = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            lease.forwarded = new HostAndPort("127.0.0.1", guest.getLocalPort());
            int local = freePort();
            CompletableFuture<Integer> run =
                    CompletableFuture.supplyAsync(() -> cli.run("forward", "127.0.0.1:4001", "8080", local + ":8080"));

            await().until(() -> cli.out().lines().count() == 2);
            assertThat(cli.out()).isEqualTo("127.0.0.1:" + guest.getLocalPort() + "\n127.0.0.1:" + local + "\n");
            assertRelays(guest, local);

            cli.signal();
            assertThat(run).succeedsWithin(Duration.ofSeconds(20));
            assertThat(cli.allocator.calls).contains("forward 8080", "close lease", "close");
            await().until(() -> isFree(local));
        }
    }

    private static void assertRelays(ServerSocket guest, int local) throws Exception {
        try (Socket client = new Socket("127.0.0.1", local);
                Socket server = guest.accept()) {
            client.getOutputStream().write("question".getBytes());
            client.shutdownOutput();
            assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("question");
            server.getOutputStream().write("answer".getBytes());
            server.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
        }
    }

    @Test
    void forwardsAsLongAsTheLeaseLasts() {
        CompletableFuture<Integer> run =
                CompletableFuture.supplyAsync(() -> cli.run("forward", "127.0.0.1:4001", "8080"));
        await().until(() -> !cli.out().isEmpty());
        cli.allocator.leases.clear();

        assertThat(run).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("allocator: lease " + ID + " has ended\n");
    }

    @Test
    void refusesAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            assertThat(cli.run("forward", "127.0.0.1:4001", taken.getLocalPort() + ":80"))
                    .isEqualTo(1);
            assertThat(cli.err()).startsWith("allocator: cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": ");
            assertThat(cli.allocator.calls).endsWith("close lease", "close");
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 5, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void listsTheLogsOfAMachine() throws Exception {
        lease.logs = List.of(log("console.log", "booting\n"), log("setup.log", ""));

        assertThat(cli.run("logs", "127.0.0.1:4001")).isZero();
        assertThat(cli.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "LOG BYTES FILE",
                        "console.log 8 " + folder.resolve("console.log"),
                        "setup.log 0 " + folder.resolve("setup.log"));
    }

    @Test
    void filesOfTheSameNameDoNotHideEachOther() throws Exception {
        Path collected = folder.resolve("collected");
        Files.createDirectories(collected.resolve("a"));
        Files.createDirectories(collected.resolve("b"));
        lease.logs = List.of(log("collected/a/log", "1"), log("collected/b/log", "2"));
        cli.allocator.evidence.put(lease.id(), folder);

        assertThat(cli.run("logs", ID, "collected/b/log")).isZero();
        assertThat(cli.out()).isEqualTo("2");
    }

    @Test
    void listsTheLogsOfAMachineAsJson() throws Exception {
        lease.logs = List.of(log("console.log", "booting\n"));

        assertThat(cli.run("logs", "--json", "aaaaaaaa")).isZero();
        assertThat(new ObjectMapper().readTree(cli.out()))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"logs\": [{\"name\": \"console.log\", \"file\": \"" + folder.resolve("console.log")
                                + "\", \"bytes\": 8}]}"));
        assertThat(cli.run("logs", "--json", "aaaaaaaa", "console.log")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"console.log", "console", "c"})
    void printsALog(String word) throws Exception {
        lease.logs = List.of(log("console.log", "raw \033[31mred\n"), log("setup.log", ""));

        assertThat(cli.run("logs", ID, word)).isZero();
        assertThat(cli.out()).isEqualTo("raw \033[31mred\n");
    }

    @Test
    void keepsATerminalFromObeyingALog() throws Exception {
        lease.logs = List.of(log("console.log", "a\033[31;1mb\033[0m\r\n\tc\033cd\u0007 ü\n"));
        cli.outIsTerminal = true;

        assertThat(cli.run("logs", ID, "console")).isZero();
        assertThat(cli.out()).isEqualTo("ab\n\tcd ü\n");
    }

    @Test
    void followsALogUntilTheLeaseEnds() throws Exception {
        Path console = log("console.log", "one\n");
        lease.logs = List.of(console);
        CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> cli.run("logs", ID, "--follow"));

        await().until(() -> cli.out().equals("one\n"));
        Files.writeString(console, "two\n", StandardOpenOption.APPEND);
        await().until(() -> cli.out().equals("one\ntwo\n"));
        Files.writeString(console, "three\n", StandardOpenOption.APPEND);
        cli.allocator.leases.clear();

        assertThat(run).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(0);
        assertThat(cli.out()).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void followsOneFileOnly() throws Exception {
        lease.logs = List.of(log("console.log", ""), log("setup.log", ""));

        assertThat(cli.run("logs", ID, "-f")).isEqualTo(2);
        assertThat(cli.err()).contains("--follow needs the name of one file: console.log, setup.log");
    }

    @ParameterizedTest
    @CsvSource({"x, no file", "cons, several files"})
    void namesTheLogsThatThereAre(String word, String reason) throws Exception {
        lease.logs = List.of(log("console.log", ""), log("console.old", ""));

        assertThat(cli.run("logs", ID, word)).isEqualTo(1);
        assertThat(cli.err())
                .isEqualTo("allocator: " + reason + " '" + word + "'; there is console.log, console.old\n");
    }

    @Test
    void showsWhatWasKeptOfAFailedAllocation() throws Exception {
        Path evidence = Files.createDirectories(folder.resolve("evidence/collected"));
        Files.writeString(evidence.resolve("syslog"), "panic\n");
        Files.writeString(evidence.resolveSibling("console.log"), "");
        cli.allocator.evidence.put(new LeaseId(FAILED), evidence.getParent());
        cli.allocator.ended.add(
                EndedLease.builder(new LeaseId(FAILED), "debian-12", EndReason.FAILED, Instant.EPOCH, Instant.EPOCH)
                        .build());

        assertThat(cli.run("logs", "cccccccc", "collected/syslog")).isZero();
        assertThat(cli.out()).isEqualTo("panic\n");
        cli.allocator.ended.clear();
        assertThat(cli.run("logs", FAILED)).isZero();
        assertThat(cli.out()).contains("collected/syslog  6  ", "console.log ");
    }

    @Test
    void saysWhenNothingWasKept() {
        assertThat(cli.run("logs", FAILED)).isEqualTo(1);
        assertThat(cli.err()).startsWith("allocator: nothing was kept of lease '" + FAILED + "'");
        assertThat(cli.run("logs", "cccccccc")).isEqualTo(1);
        assertThat(cli.err()).contains("no lease 'cccccccc' is known");
    }

    private Path log(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }
}
