package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.MachineId;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessSpec;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a QEMU without a machine, in a folder whose name is too long for a socket. */
class QmpClientTest {

    private final MachineId machine = MachineId.random();

    @TempDir
    Path root;

    private Path socket;
    private ChildProcess qemu;

    @BeforeEach
    void start() throws Exception {
        Path program = Fixtures.requireQemu();
        Path folder = Files.createDirectories(root.resolve("long-".repeat(30)).resolve("ä, b"));
        socket = folder.resolve("qmp.sock");
        qemu = new TestContext(root)
                .processes()
                .start(ProcessSpec.of(List.of(
                                program.toString(),
                                "-machine",
                                "none,accel=tcg",
                                "-S",
                                "-nodefaults",
                                "-display",
                                "none",
                                "-uuid",
                                machine.value(),
                                "-qmp",
                                "unix:qmp.sock,server=on,wait=off"))
                        .directory(folder)
                        .output(root.resolve("log")));
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(socket));
    }

    @AfterEach
    void stop() throws Exception {
        if (qemu != null) {
            qemu.kill();
            qemu.exit().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(20));
    }

    private QmpClient connect() throws IOException, InterruptedException {
        return QmpClient.connect(socket, soon());
    }

    @Test
    void asksAndIsAnswered() throws Exception {
        try (QmpClient client = connect()) {
            assertThat(Json.section(client.execute("query-uuid", Map.of(), soon()), "return"))
                    .isEqualTo(Map.of("UUID", machine.value()));
            assertThat(Json.section(client.execute("query-status", Map.of(), soon()), "return")
                            .get("status"))
                    .isEqualTo("prelaunch");
        }
        // Other builds on this host may have such a link for a moment, too.
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            try (var links = Files.newDirectoryStream(temporary, "allocator-*")) {
                return StreamSupport.stream(links.spliterator(), false)
                        .noneMatch(link -> Files.isSymbolicLink(link.resolve("m")));
            }
        });
    }

    @Test
    void skipsEvents() throws Exception {
        try (QmpClient client = connect()) {
            client.execute("cont", Map.of(), soon());
            client.execute("stop", Map.of(), soon());
            assertThat(Json.text(Json.section(client.execute("query-status", Map.of(), soon()), "return"), "status"))
                    .isEqualTo("paused");
        }
    }

    @Test
    void reportsARefusalInQemusWords() throws Exception {
        try (QmpClient client = connect()) {
            assertThatThrownBy(() -> client.execute("no-such-command", Map.of(), soon()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no-such-command");
            assertThat(client.execute("query-name", Map.of(), soon())).containsKey("return");
        }
    }

    @Test
    void readsALongAnswer() throws Exception {
        try (QmpClient client = connect()) {
            assertThat(Json.write(client.execute("query-qmp-schema", Map.of(), soon())))
                    .hasSizeGreaterThan(100_000);
        }
    }

    @Test
    void givesUpAtTheDeadlineWhenTheMonitorIsTaken() throws Exception {
        try (QmpClient first = connect()) {
            assertThatThrownBy(() -> QmpClient.connect(socket, Deadline.in(Duration.ofMillis(200))))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(first.execute("query-name", Map.of(), soon())).containsKey("return");
        }
        connect().close();
    }

    @Test
    void givesUpWhenInterrupted() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (QmpClient first = connect()) {
            Thread waiting = new Thread(() -> {
                try {
                    connect().close();
                } catch (IOException | InterruptedException e) {
                    thrown.set(e);
                }
            });
            waiting.start();
            await().atMost(Duration.ofSeconds(10)).until(() -> waiting.getState() == Thread.State.RUNNABLE);

            waiting.interrupt();

            waiting.join(5_000);
            assertThat(first.execute("query-name", Map.of(), soon())).containsKey("return");
        }
        assertThat(thrown.get()).isInstanceOfAny(InterruptedException.class, IOException.class);
    }

    @Test
    void noticesTheEndOfQemu() throws Exception {
        try (QmpClient client = connect()) {
            qemu.kill();
            assertThatThrownBy(() -> client.execute("query-name", Map.of(), soon()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aMonitorIsOnlyTrustedWithTheRightUuid() throws Exception {
        Monitor.connect(socket, machine, soon()).close();

        MachineId other = MachineId.random();
        assertThatThrownBy(() -> Monitor.connect(socket, other, soon()))
                .hasMessageContaining("belongs to the QEMU of machine " + machine);
    }

    @Test
    void quits() throws Exception {
        try (Monitor monitor = Monitor.connect(socket, machine, soon())) {
            monitor.quit(soon());
        }
        assertThat(qemu.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isZero();
    }
}
