package dev.allocator.core.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.HostAndPort;
import dev.allocator.core.ssh.BannerSocket;
import dev.allocator.spi.Deadline;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BannerProberTest {

    private static final String BANNER = "SSH-2.0-Fake_1.0\r\n";

    private final BannerProber prober = new BannerProber();

    @AfterEach
    void close() {
        prober.close();
    }

    private static Deadline seconds(int seconds) {
        return Deadline.in(Duration.ofSeconds(seconds));
    }

    private static BannerSocket get(CompletableFuture<BannerSocket> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-x\r\n", "SSH-1.99-x\n", "Welcome\r\nto you\r\nSSH-2.0-x y\r\nmore"})
    void takesABanner(String said) throws Exception {
        try (FakeListener listener = new FakeListener(number -> said);
                BannerSocket socket = get(prober.await(listener.address(), seconds(60)))) {
            assertThat(socket.banner()).startsWith("SSH-").contains("x");
            assertThat(socket.address()).isEqualTo(listener.address());
        }
    }

    @Test
    void opensNewConnectionsButNeverMoreThanEight() throws Exception {
        try (FakeListener listener = new FakeListener(number -> number < 25 ? FakeListener.SILENCE : BANNER);
                BannerSocket socket = get(prober.await(listener.address(), seconds(60)))) {
            assertThat(socket.banner()).isEqualTo("SSH-2.0-Fake_1.0");
            assertThat(listener.mostOpen.get()).isLessThanOrEqualTo(BannerProber.PER_MACHINE);
            await().untilAsserted(() -> assertThat(listener.open.get()).isEqualTo(1));
        }
    }

    @Test
    void waitsForAServerThatStartsLate() throws Exception {
        HostAndPort address;
        try (ServerSocket free = new ServerSocket(0)) {
            address = new HostAndPort("127.0.0.1", free.getLocalPort());
        }
        CompletableFuture<BannerSocket> banner = prober.await(address, seconds(60));
        CompletableFuture<BannerSocket> hopeless = prober.await(address, Deadline.in(Duration.ofMillis(700)));
        assertThatThrownBy(() -> get(hopeless))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ReadinessFailure.class)
                .hasMessageContaining("no SSH banner from " + address + " within 700ms")
                .hasMessageContaining("connections tried, last: connection refused");
        try (ServerSocket late = new ServerSocket(address.port())) {
            late.accept().getOutputStream().write(BANNER.getBytes());
            try (BannerSocket socket = get(banner)) {
                assertThat(socket.banner()).isEqualTo("SSH-2.0-Fake_1.0");
            }
        }
    }

    @Test
    void silenceEndsAtTheDeadline() throws Exception {
        try (FakeListener listener = new FakeListener(number -> FakeListener.SILENCE)) {
            CompletableFuture<BannerSocket> banner =
                    prober.await(listener.address(), Deadline.in(Duration.ofSeconds(1)));
            assertThatThrownBy(() -> get(banner))
                    .hasMessageContaining("within 1s")
                    .hasMessageContaining("connected, but nothing was said");
            await().untilAsserted(() -> assertThat(listener.open.get()).isZero());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 400 Bad\u0007 request\r\n\r\n\0", "SSH-1.5-old\r\n"})
    void whatIsNoSshServerIsQuoted(String said) throws Exception {
        try (FakeListener listener = new FakeListener(number -> said)) {
            CompletableFuture<BannerSocket> banner = prober.await(listener.address(), seconds(60));
            assertThatThrownBy(() -> get(banner))
                    .hasMessageContaining("what listens at " + listener.address() + " is no SSH server")
                    .hasMessageContaining(said.startsWith("HTTP") ? "'HTTP/1.0 400 Bad. request'" : "'SSH-1.5-old'");
        }
    }

    @Test
    void tooMuchBeforeTheBannerIsNoSshServer() throws Exception {
        try (FakeListener listener = new FakeListener(number -> "x".repeat(9000))) {
            CompletableFuture<BannerSocket> banner = prober.await(listener.address(), seconds(60));
            assertThatThrownBy(() -> get(banner)).hasMessageContaining("is no SSH server");
        }
    }

    @Test
    void anSshServerThatTurnsAwayIsAskedAgain() throws Exception {
        String away = "Exceeded MaxStartups\r\n\0";
        try (FakeListener listener = new FakeListener(number -> number < 8 ? away : BANNER);
                BannerSocket socket = get(prober.await(listener.address(), seconds(60)))) {
            assertThat(socket.banner()).isEqualTo("SSH-2.0-Fake_1.0");
        }
    }

    @Test
    void cancellingClosesAllConnections() throws Exception {
        try (FakeListener listener = new FakeListener(number -> FakeListener.SILENCE)) {
            CompletableFuture<BannerSocket> banner = prober.await(listener.address(), seconds(600));
            await().until(() -> listener.open.get() >= 3);
            banner.cancel(true);
            await().until(() -> listener.open.get() == 0);
            int before = listener.accepted.get();
            CompletableFuture<BannerSocket> other =
                    prober.await(listener.address(), Deadline.in(Duration.ofMillis(300)));
            assertThatThrownBy(() -> get(other)).isInstanceOf(ExecutionException.class);
            assertThat(listener.accepted.get() - before).isLessThanOrEqualTo(5);
        }
    }

    @Test
    void closingCancelsEverything() throws Exception {
        try (FakeListener listener = new FakeListener(number -> FakeListener.SILENCE)) {
            CompletableFuture<BannerSocket> banner = prober.await(listener.address(), seconds(600));
            await().until(() -> listener.open.get() >= 1);
            prober.close();
            assertThatThrownBy(() -> get(banner)).isInstanceOf(CancellationException.class);
            await().until(() -> listener.open.get() == 0);
            assertThatThrownBy(() -> get(prober.await(listener.address(), seconds(600))))
                    .isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void unknownHostsAreNamed() {
        CompletableFuture<BannerSocket> banner =
                prober.await(new HostAndPort("no-such-host.invalid", 22), Deadline.in(Duration.ofSeconds(3)));
        assertThatThrownBy(() -> get(banner)).hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void hostNamesAreResolved() throws Exception {
        try (FakeListener listener = new FakeListener(number -> BANNER);
                BannerSocket socket = get(prober.await(
                        new HostAndPort("localhost", listener.address().port()), seconds(60)))) {
            assertThat(socket.banner()).isEqualTo("SSH-2.0-Fake_1.0");
        }
    }

    @Test
    void manyMachinesShareTheSocketsFairly() throws Exception {
        int cap = 40;
        AtomicBoolean up = new AtomicBoolean();
        List<FakeListener> listeners = new ArrayList<>();
        List<CompletableFuture<BannerSocket>> banners = new ArrayList<>();
        try (BannerProber small = new BannerProber(Pace.DEFAULT, cap, System::nanoTime)) {
            for (int i = 0; i < 60; i++) {
                FakeListener listener = new FakeListener(number -> up.get() ? BANNER : FakeListener.SILENCE);
                listeners.add(listener);
                banners.add(small.await(listener.address(), seconds(120)));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> listeners.stream().allMatch(listener -> listener.accepted.get() >= 1));
            assertThat(listeners.stream()
                            .mapToInt(listener -> listener.open.get())
                            .sum())
                    .isLessThanOrEqualTo(cap + 5);
            up.set(true);
            for (CompletableFuture<BannerSocket> banner : banners) {
                get(banner).close();
            }
            assertThat(banners).allMatch(banner -> !banner.isCompletedExceptionally());
        } finally {
            for (FakeListener listener : listeners) {
                closeQuietly(listener);
            }
        }
    }

    private static void closeQuietly(FakeListener listener) throws IOException {
        listener.close();
    }
}
