package dev.allocator.lxd.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.allocator.lxd.rest.LxdException.Reason;
import dev.allocator.spi.Deadline;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class FaultsTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    private Path folder;

    private static LxdException thrown(ThrowingCallable call) {
        LxdException e = catchThrowableOfType(LxdException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.getMessage()).doesNotContain("\n");
        return e;
    }

    private static LxdException get(Path socket) {
        try (LxdClient lxd = LxdClient.at(socket)) {
            return thrown(() -> lxd.get("/1.0", Deadline.in(Duration.ofSeconds(30))));
        }
    }

    private static LxdException answered(String answer) throws Exception {
        try (FakeLxd fake = FakeLxd.saying(answer)) {
            LxdException e = get(fake.socket());
            assertThat(e.isUnknown() ? e.getMessage() : fake.socket().toString())
                    .contains(fake.socket().toString());
            return e;
        }
    }

    @Test
    void socketIsMissing() {
        Path socket = folder.resolve("nothing");

        LxdException e = get(socket);

        assertThat(e.reason()).isEqualTo(Reason.NO_SOCKET);
        assertThat(e).hasMessage("LXD cannot be reached: there is no socket " + socket);
        assertThat(e.isUnknown()).isTrue();
        assertThat(e.isMissing()).isFalse();
    }

    @Test
    void socketIsAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        LxdException e = get(file);

        assertThat(e.reason()).isEqualTo(Reason.NO_SOCKET);
        assertThat(e).hasMessage("LXD cannot be reached: " + file + " is not a socket");
    }

    @Test
    void socketHasALongPath() {
        assertThat(get(folder.resolve("x".repeat(108)))).hasMessageContaining("too long for a Unix socket");
    }

    @Test
    void nobodyListens() throws Exception {
        Path socket = Files.createTempDirectory("lxd").resolve("s");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();

        LxdException e = get(socket);

        assertThat(e.reason()).isEqualTo(Reason.NOBODY_LISTENS);
        assertThat(e).hasMessage("LXD cannot be reached: nobody listens at the socket " + socket);
        Files.delete(socket);
        Files.delete(socket.getParent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"})
    void somethingElseAnswers(String answer) throws Exception {
        assertThat(answered(answer).reason()).isEqualTo(Reason.NOT_LXD);
    }

    @Test
    void jsonIsNotLxds() throws Exception {
        LxdException e = answered(FakeLxd.http(200, "{\"ok\":true}"));

        assertThat(e.reason()).isEqualTo(Reason.NOT_LXD);
        assertThat(e).hasMessageContaining("does not answer GET /1.0 as LXD does, so it is not LXD");
    }

    @Test
    void answerIsEmpty() throws Exception {
        assertThat(answered(FakeLxd.http(200, ""))).hasMessageContaining("sent an empty answer to GET /1.0");
    }

    @Test
    void jsonIsBroken() throws Exception {
        LxdException e = answered(FakeLxd.http(200, "{\"type\":\"sync\",\"metadata\":{\"secret\":\"canary\""));

        assertThat(e.reason()).isEqualTo(Reason.CONNECTION_LOST);
        assertThat(e)
                .hasMessageContaining("sent broken JSON in answer to GET /1.0")
                .hasNoCause();
    }

    @Test
    void connectionIsLost() throws Exception {
        LxdException e = answered("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"type\":");

        assertThat(e.reason()).isEqualTo(Reason.CONNECTION_LOST);
        assertThat(e).hasMessageContaining("was lost before it had answered GET /1.0");
    }

    @Test
    void lxdsOwnWordsAreKept() throws Exception {
        LxdException e = answered(FakeLxd.error(404, "Instance not found"));

        assertThat(e).hasMessage("Instance not found");
        assertThat(e.isMissing()).isTrue();
        assertThat(e.reason()).isEqualTo(Reason.REFUSED_BY_LXD);
    }

    @Test
    void daemonStarts() throws Exception {
        LxdException e = answered(FakeLxd.error(503, "LXD daemon setup in progress"));

        assertThat(e.reason()).isEqualTo(Reason.NOT_READY);
        assertThat(e.isMissing()).isFalse();
    }

    @Test
    void requestIsSentOnlyOnce() throws Exception {
        try (FakeLxd fake = FakeLxd.saying("HTTP/1.1 ");
                LxdClient lxd = LxdClient.at(fake.socket())) {
            LxdException e = thrown(() -> lxd.send(
                    "POST",
                    "/1.0/instances?project=p",
                    JsonNodeFactory.instance.objectNode(),
                    Deadline.in(Duration.ofSeconds(1)),
                    line -> {}));

            assertThat(e.reason()).isEqualTo(Reason.NO_ANSWER_IN_TIME);
            assertThat(e).hasMessageContaining("did not answer POST /1.0/instances in time, so it is not known");
        }
        try (FakeLxd fake = FakeLxd.saying("HTTP/1.1");
                LxdClient lxd = LxdClient.at(fake.socket())) {
            thrown(() -> lxd.send("POST", "/1.0/instances", null, Deadline.in(LONG), line -> {}));

            assertThat(fake.requests()).containsExactly("POST /1.0/instances");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FakeLxd.SILENCE, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"type\": "})
    void interruptEndsACallAtOnce(String answer) throws Exception {
        try (FakeLxd fake = FakeLxd.saying(answer);
                LxdClient lxd = LxdClient.at(fake.socket())) {
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    lxd.get("/1.0", Deadline.in(LONG));
                } catch (LxdException | InterruptedException e) {
                    end.set(e);
                }
            });
            caller.start();
            await().until(() -> !fake.requests().isEmpty());

            caller.interrupt();

            caller.join(10_000);
            assertThat(end.get()).isInstanceOf(InterruptedException.class);
            await().until(() -> threads("allocator-lxd-call") == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FakeLxd.SILENCE, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"type\": "})
    void deadlineEndsACall(String answer) throws Exception {
        try (FakeLxd fake = FakeLxd.saying(answer);
                LxdClient lxd = LxdClient.at(fake.socket())) {
            LxdException e = thrown(() -> lxd.get("/1.0", Deadline.in(Duration.ofMillis(200))));

            assertThat(e.reason()).isEqualTo(Reason.NO_ANSWER_IN_TIME);
            await().until(() -> threads("allocator-lxd-call") == 0);
        }
    }

    @Test
    void callsFailAndThreadsEndWhenItIsClosed() throws Exception {
        try (FakeLxd fake = FakeLxd.saying(FakeLxd.SILENCE)) {
            LxdClient lxd = LxdClient.at(fake.socket());
            lxd.listen("default", event -> {});
            AtomicReference<LxdException> end = new AtomicReference<>();
            Thread caller = new Thread(() -> end.set(thrown(() -> lxd.get("/1.0", Deadline.in(LONG)))));
            caller.start();
            await().until(() -> fake.requests().size() == 2);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("allocator-lxd-"))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);

            lxd.close();

            caller.join(10_000);
            assertThat(end.get().reason()).isEqualTo(Reason.CLOSED);
            assertThat(thrown(() -> lxd.get("/1.0", Deadline.in(LONG))).reason())
                    .isEqualTo(Reason.CLOSED);
            await().until(() -> threads() == 0);
        }
    }

    @Test
    void bytesComeAsTheyAre() throws Exception {
        try (FakeLxd fake = FakeLxd.saying(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n{\"type\":\"error\"}");
                LxdClient lxd = LxdClient.at(fake.socket())) {
            assertThat(new String(lxd.bytes("/1.0/instances/x/console", Deadline.in(LONG)), UTF_8))
                    .isEqualTo("{\"type\":\"error\"}");
        }
    }

    private static long threads() {
        // None of them is one of those that all users of OkHttp share.
        return threads("allocator-lxd-") + threads("Ok");
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }
}
