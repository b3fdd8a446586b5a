package dev.allocator.lxd.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.lxd.LxdHost;
import dev.allocator.lxd.LxdProxy;
import dev.allocator.lxd.RawLxd;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests, operations, files and events of a real LXD. */
@Timeout(120)
final class LxdClientTest {

    private static LxdHost host;
    private static LxdClient lxd;

    @BeforeAll
    static void open() {
        host = LxdHost.require();
        lxd = LxdClient.at(host.socket());
    }

    @AfterAll
    static void close() {
        if (host != null) {
            lxd.close();
            host.close();
        }
    }

    private static Deadline deadline() {
        return Deadline.in(Duration.ofSeconds(60));
    }

    private static JsonNode send(LxdClient client, String method, String path, String body) throws Exception {
        JsonNode json = body == null ? null : new ObjectMapper().readTree(body);
        return client.send(method, path + "?project=" + host.project(), json, deadline(), line -> {});
    }

    private static JsonNode create(LxdClient client, String name) throws Exception {
        return send(client, "POST", "/1.0/instances", """
                {"name": "%s", "type": "container", "source": {"type": "image", "alias": "%s"}}""".formatted(name, LxdHost.IMAGE));
    }

    private static LxdException failure(Callable<?> call) {
        return catchThrowableOfType(LxdException.class, call::call);
    }

    @Test
    void instanceIsMadeAndDeleted() throws Exception {
        JsonNode operation = create(lxd, "made");

        assertThat(operation.at("/resources/instances/0").asText()).startsWith("/1.0/instances/made");
        assertThat(failure(() -> create(lxd, "made"))).hasMessageContaining("already exists");
        assertThat(host.instances()).contains("made");
        send(lxd, "DELETE", "/1.0/instances/made", null);
        LxdException missing = failure(() -> lxd.get("/1.0/instances/made?project=" + host.project(), deadline()));
        assertThat(missing.isMissing()).isTrue();
        assertThat(missing).hasMessage("Instance not found");
    }

    @Test
    void filesAreBytes() throws Exception {
        create(lxd, "files");
        String path = "/1.0/instances/files/files?path=/root/a%20b&project=" + host.project();
        String bytes = "\1{\n";
        new RawLxd(host.socket()).request("POST", path, bytes);

        assertThat(lxd.bytes(path, deadline())).isEqualTo(bytes.getBytes(UTF_8));
        assertThat(failure(() -> lxd.bytes(path + "2", deadline())).isMissing()).isTrue();
    }

    @Test
    void manyCallsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(32);
        Callable<JsonNode> call = () -> lxd.get("/1.0", deadline()).at("/environment/server_version");
        try {
            for (Future<JsonNode> each : threads.invokeAll(Collections.nCopies(400, call))) {
                assertThat(each.get().asText()).isNotEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void waitSurvivesConnectionsThatAreCut() throws Exception {
        try (LxdProxy proxy = LxdProxy.before(host.socket());
                LxdClient client = LxdClient.at(proxy.socket())) {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                host.launchUntagged("cut");
                Future<JsonNode> sleep = thread.submit(() -> client.send(
                        "POST",
                        "/1.0/instances/cut/exec?project=" + host.project(),
                        new ObjectMapper().readTree("{\"command\": [\"sleep\", \"4\"], \"wait-for-websocket\": false}"),
                        deadline(),
                        line -> {}));
                await().until(() -> proxy.requests().stream().anyMatch(request -> request.contains("/wait")));
                proxy.cut();
                proxy.refuse();
                await().during(Duration.ofMillis(500)).until(() -> !sleep.isDone());
                proxy.comeBack();

                assertThat(sleep.get().path("metadata").path("return").asInt(-1))
                        .isZero();
                assertThat(proxy.requests().stream().filter(request -> request.startsWith("POST")))
                        .hasSize(1);
            } finally {
                thread.shutdownNow();
            }
        }
    }

    @Test
    void nothingIsMissedOnceListeningHasBegun() throws Exception {
        for (int round = 0; round < 20; round++) {
            List<LxdEvent> events = new CopyOnWriteArrayList<>();
            String name = "heard" + round;
            try (LxdClient.Subscription ignored = lxd.listen(host.project(), events::add)) {
                await().pollInterval(Duration.ofMillis(1)).until(() -> events.contains(LxdEvent.RECONNECTED));
                create(lxd, name);
                await().until(() -> events.stream()
                        .anyMatch(event -> event.action().equals("instance-created")
                                && event.instance().equals(name)));
                send(lxd, "DELETE", "/1.0/instances/" + name, null);
            }
            assertThat(events.get(0)).isEqualTo(LxdEvent.RECONNECTED);
        }
    }

    @Test
    void listenerIsToldThatItWasAway() throws Exception {
        List<LxdEvent> events = new CopyOnWriteArrayList<>();
        try (LxdProxy proxy = LxdProxy.before(host.socket());
                LxdClient client = LxdClient.at(proxy.socket());
                LxdClient.Subscription ignored = client.listen(host.project(), events::add)) {
            await().until(() -> events.size() == 1);
            proxy.vanish();
            create(lxd, "unheard");
            proxy.comeBack();
            await().until(() -> events.size() == 2);
            create(lxd, "heard-again");
            await().until(() -> events.size() > 2);

            assertThat(events.subList(0, 2)).containsExactly(LxdEvent.RECONNECTED, LxdEvent.RECONNECTED);
            assertThat(events.get(2).instance()).isEqualTo("heard-again");
        }
    }

    @Test
    void listenerThatFailsGoesOnListening() throws Exception {
        List<LxdEvent> events = new CopyOnWriteArrayList<>();
        try (LxdClient.Subscription ignored = lxd.listen(host.project(), event -> {
            events.add(event);
            throw new IllegalStateException("by a listener");
        })) {
            await().until(() -> events.size() == 1);
            create(lxd, "loud");
            await().until(() ->
                    events.stream().anyMatch(event -> event.instance().equals("loud")));
        }
        assertThat(new String(lxd.bytes("/1.0", deadline()), UTF_8)).contains("\"sync\"");
    }
}
