package dev.allocator.lxd.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdException.Reason;
import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a listener that says what a real LXD says in situations that are hard to bring about. */
@Timeout(60)
final class OperationsTest {

    private static final String OPERATION = "/1.0/operations/1";

    private final AtomicInteger waits = new AtomicInteger();
    private final List<String> progress = new ArrayList<>();

    private static String state(int code, String rest) {
        return FakeLxd.sync("{\"status_code\":" + code + ",\"description\":\"Creating instance\"" + rest + "}");
    }

    private FakeLxd fake(String... waits) throws Exception {
        return new FakeLxd(request -> {
            if (request.startsWith("POST")) {
                return FakeLxd.async(OPERATION);
            }
            if (request.startsWith("DELETE")) {
                return FakeLxd.sync("{}");
            }
            return waits[Math.min(this.waits.getAndIncrement(), waits.length - 1)];
        });
    }

    private JsonNode send(LxdClient lxd, Duration time) throws LxdException, InterruptedException {
        return lxd.send("POST", "/1.0/instances", null, Deadline.in(time), progress::add);
    }

    private LxdException failure(Duration time, String... waits) throws Exception {
        try (FakeLxd fake = fake(waits);
                LxdClient lxd = LxdClient.at(fake.socket())) {
            return catchThrowableOfType(LxdException.class, () -> send(lxd, time));
        }
    }

    @Test
    void progressIsToldWhenItChanges() throws Exception {
        String half = state(103, ",\"metadata\":{\"download_progress\":\"rootfs: 42% (12.30MB/s)\"}");
        String unpacking = state(
                103,
                ",\"metadata\":{\"create_instance_from_image_unpack_progress\":\"Unpack: 7% (1GB/s)\","
                        + "\"download_progress\":\"rootfs: 42% (12.30MB/s)\"}");
        String start = state(103, ",\"metadata\":{\"container_progress\":\"\"}");
        try (FakeLxd fake = fake(start, half, half, unpacking, state(200, ",\"metadata\":null"));
                LxdClient lxd = LxdClient.at(fake.socket())) {
            JsonNode operation = send(lxd, Duration.ofSeconds(30));

            assertThat(operation.path("status_code").asInt()).isEqualTo(200);
            assertThat(progress).containsExactly("rootfs: 42% (12.30MB/s)", "Unpack: 7% (1GB/s)");
        }
    }

    @Test
    void failureComesWithStatus200() throws Exception {
        LxdException e =
                failure(Duration.ofSeconds(30), state(103, ""), state(400, ",\"err\":\"Invalid value: lots\""));

        assertThat(e).hasMessage("Invalid value: lots");
        assertThat(e.status()).isEqualTo(400);
    }

    @Test
    void vanishedOperationIsAMissingNode() throws Exception {
        try (FakeLxd fake = fake(state(103, ""), FakeLxd.error(404, "Operation not found"));
                LxdClient lxd = LxdClient.at(fake.socket())) {
            assertThat(send(lxd, Duration.ofSeconds(30)).isMissingNode()).isTrue();
        }
    }

    @Test
    void waitGoesOnAfterARestart() throws Exception {
        String[] answers = {
            "HTTP/1.1", FakeLxd.http(200, "{\"type"), FakeLxd.error(503, "LXD is shutting down"), state(200, "")
        };
        try (FakeLxd fake = fake(answers);
                LxdClient lxd = LxdClient.at(fake.socket())) {
            assertThat(send(lxd, Duration.ofSeconds(30)).isMissingNode()).isFalse();
            assertThat(fake.requests().stream().filter(request -> request.startsWith("POST")))
                    .hasSize(1);
        }
    }

    @Test
    void daemonThatStaysAwayIsUnreachable() throws Exception {
        LxdException e = failure(Duration.ofSeconds(2), state(103, ""), "HTTP/1.1");

        assertThat(e.isUnknown()).isTrue();
        assertThat(e).hasMessageContaining("LXD could not be asked any more whether it did what it was told");
    }

    @Test
    void operationThatTakesTooLongIsCancelled() throws Exception {
        try (FakeLxd fake = fake(FakeLxd.SILENCE);
                LxdClient lxd = LxdClient.at(fake.socket())) {
            LxdException e = catchThrowableOfType(LxdException.class, () -> send(lxd, Duration.ofMillis(500)));

            assertThat(e.reason()).isEqualTo(Reason.NO_ANSWER_IN_TIME);
            assertThat(e).hasMessage("LXD did not finish in time");
            await().until(() -> fake.requests().contains("DELETE " + OPERATION));
        }
    }

    @Test
    void interruptCancelsTheOperation() throws Exception {
        try (FakeLxd fake = fake(FakeLxd.SILENCE);
                LxdClient lxd = LxdClient.at(fake.socket())) {
            AtomicReference<Exception> end = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    send(lxd, Duration.ofMinutes(10));
                } catch (LxdException | InterruptedException e) {
                    end.set(e);
                }
            });
            caller.start();
            await().until(() -> waits.get() > 0);

            caller.interrupt();

            caller.join(10_000);
            assertThat(end.get()).isInstanceOf(InterruptedException.class);
            await().until(() -> fake.requests().contains("DELETE " + OPERATION));
        }
    }
}
