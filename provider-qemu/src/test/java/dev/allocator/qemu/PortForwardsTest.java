package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.spi.MachineRef;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stand-in for QEMU's monitor shows what stays open. */
@Timeout(30)
class PortForwardsTest {

    @TempDir
    Path folder;

    private final MachineId machine = MachineId.random();
    private final List<Integer> ports = new CopyOnWriteArrayList<>(List.of(4000));
    private final List<Exception> hangUps = new CopyOnWriteArrayList<>();
    private volatile Runnable afterAdding = () -> {};
    private ServerSocketChannel server;
    private MachineRef ref;
    private PortForwards forwards;

    @BeforeEach
    void serve() throws Exception {
        TestContext context = new TestContext(folder);
        Path own = Files.createDirectories(folder.resolve(machine.value()));
        ref = new MachineRef("qemu", machine, Map.of(QemuProvider.DIRECTORY, own.toString()));
        forwards = new PortForwards(context, new MachineSearch(context));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Path socket = MachineFolder.of(ref, context).monitor();
        try (SocketPath path = SocketPath.to(socket)) {
            server.bind(path.address());
        }
        Thread thread = new Thread(this::answerAll, "monitor");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void answerAll() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                answer(client);
            } catch (IOException | UncheckedIOException e) {
                hangUps.add(e); // the client's, or the test is over
            }
        }
    }

    private void answer(SocketChannel client) throws IOException {
        write(client, "{\"QMP\": {}}");
        BufferedReader lines = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Map<String, Object> question = Json.object(line);
            Object answer = String.valueOf(question.get("execute")).equals("query-uuid")
                    ? Map.of("UUID", machine.value())
                    : tell(Json.text(Json.section(question, "arguments"), "command-line"));
            write(
                    client,
                    Json.write(Map.of("id", Long.valueOf(question.get("id").toString()), "return", answer)));
        }
    }

    private static void write(SocketChannel client, String line) throws IOException {
        client.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private String tell(String command) {
        if (command.startsWith("hostfwd_add")) {
            ports.add(4001);
            afterAdding.run();
            return "";
        }
        if (command.startsWith("hostfwd_remove")) {
            return ports.remove(Integer.valueOf(command.substring(command.lastIndexOf(':') + 1)))
                    ? "host forwarding rule removed"
                    : "not found";
        }
        return ports.stream()
                .map(port -> "  TCP[HOST_FORWARD]  12  127.0.0.1  " + port + "  10.0.2.15  80  0  0\n")
                .collect(Collectors.joining());
    }

    @Test
    void saysThePortThatAppeared() throws Exception {
        assertThat(forwards.forward(ref, 80)).isEqualTo(new HostAndPort("127.0.0.1", 4001));
        assertThat(ports).containsExactly(4000, 4001);
    }

    @Test
    void anInterruptLeavesNoPortOpen() {
        Thread caller = Thread.currentThread();
        afterAdding = () -> {
            caller.interrupt();
            throw new UncheckedIOException(new IOException("no answer comes before the interrupt is seen"));
        };

        assertThatThrownBy(() -> forwards.forward(ref, 80)).isInstanceOf(InterruptedException.class);

        assertThat(ports).containsExactly(4000);
    }

    @Test
    void anAnswerThatMakesNoSenseLeavesNoPortOpen() {
        afterAdding = () -> ports.add(4002);

        assertThatThrownBy(() -> forwards.forward(ref, 80)).hasMessageContaining("cannot forward port 80");

        assertThat(ports).containsExactly(4000);
    }
}
