package dev.allocator.core.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.Secret;
import dev.allocator.core.readiness.ReadinessFailure.Reason;
import dev.allocator.spi.Deadline;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waits that end without a log-in; those that succeed are tested with servers that let somebody in. */
class LoginWaiterTest {

    private static final String BANNER = "SSH-2.0-Fake_1.0\r\n";

    private final LoginWaiter waiter = new LoginWaiter();
    private final CompletableFuture<String> death = new CompletableFuture<>();
    private final List<String> progress = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        waiter.close();
    }

    private LoginTarget target(HostAndPort address, Credentials credentials) {
        return new LoginTarget(
                address,
                Optional.of(credentials),
                List.of(),
                true,
                CompletableFuture.completedFuture(""),
                death,
                progress::add);
    }

    private LoginTarget target(HostAndPort address) {
        return target(address, Credentials.password("user", Secret.of("secret")));
    }

    private static Deadline seconds(int seconds) {
        return Deadline.in(Duration.ofSeconds(seconds));
    }

    @Test
    void aBannerIsHandedOver() throws Exception {
        try (FakeListener listener = new FakeListener(number -> BANNER);
                var socket = waiter.awaitBanner(target(listener.address()), seconds(60))) {
            assertThat(socket.banner()).isEqualTo("SSH-2.0-Fake_1.0");
        }
    }

    @Test
    void deathEndsEachState() throws Exception {
        // Silent, and stuck in the key exchange.
        try (FakeListener silent = new FakeListener(number -> FakeListener.SILENCE);
                FakeListener stuck = new FakeListener(number -> BANNER)) {
            for (FakeListener listener : List.of(silent, stuck)) {
                CompletableFuture<String> dies = new CompletableFuture<>();
                LoginTarget target = new LoginTarget(
                        listener.address(),
                        Optional.of(Credentials.password("user", Secret.of("x"))),
                        List.of(),
                        true,
                        CompletableFuture.completedFuture(""),
                        dies,
                        progress::add);
                CompletableFuture<Void> killer = CompletableFuture.runAsync(() -> {
                    await().until(() -> listener.accepted.get() > 0);
                    dies.complete("the machine's power went out");
                });
                assertThatThrownBy(() -> waiter.awaitLogin(target, seconds(600)))
                        .isInstanceOfSatisfying(
                                ReadinessFailure.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.DIED))
                        .hasMessage("the machine's power went out");
                killer.join();
                await().until(() -> listener.open.get() == 0);
            }
        }
    }

    @Test
    void anInterruptEndsEachState() throws Exception {
        HostAndPort refusing;
        try (ServerSocket free = new ServerSocket(0)) {
            refusing = new HostAndPort("127.0.0.1", free.getLocalPort());
        }
        try (FakeListener silent = new FakeListener(number -> FakeListener.SILENCE);
                FakeListener stuck = new FakeListener(number -> BANNER)) {
            for (HostAndPort address : List.of(silent.address(), stuck.address(), refusing)) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                Thread caller = new Thread(() -> {
                    try {
                        waiter.awaitLogin(target(address), seconds(600));
                    } catch (InterruptedException | ReadinessFailure e) {
                        thrown.set(e);
                    }
                });
                caller.start();
                await().until(() ->
                        caller.getState() == Thread.State.WAITING || caller.getState() == Thread.State.TIMED_WAITING);
                caller.interrupt();
                caller.join(Duration.ofSeconds(10).toMillis());
                assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            }
            await().until(() -> silent.open.get() == 0 && stuck.open.get() == 0);
        }
    }

    @Test
    void aBrokenKeyExchangeIsTriedAgainUntilTheDeadline() throws Exception {
        try (FakeListener listener = new FakeListener(number -> BANNER + "\0")) {
            assertThatThrownBy(() -> waiter.awaitLogin(target(listener.address()), seconds(3)))
                    .isInstanceOfSatisfying(
                            ReadinessFailure.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMEOUT))
                    .hasMessageContaining("could not log in within 3s")
                    .hasMessageContaining("broke during the log-in");
            assertThat(listener.accepted.get()).isGreaterThan(2);
            assertThat(progress).containsExactly("the SSH server answers: SSH-2.0-Fake_1.0");
        }
    }

    @Test
    void aKeyThatCannotBeReadFailsAtOnce() {
        LoginTarget target = target(new HostAndPort("127.0.0.1", 1), Credentials.key("user", Secret.of("garbage-key")));
        assertThatThrownBy(() -> waiter.awaitLogin(target, seconds(600)))
                .isInstanceOfSatisfying(
                        ReadinessFailure.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
                .hasMessageContaining("cannot log in as 'user'")
                .hasMessageNotContaining("garbage-key");
    }

    @Test
    void closingEndsWaitsAndConnections() throws Exception {
        LoginWaiter own = new LoginWaiter();
        try (FakeListener listener = new FakeListener(number -> BANNER)) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                try {
                    own.awaitLogin(target(listener.address()), seconds(600));
                } catch (InterruptedException | ReadinessFailure e) {
                    thrown.complete(e);
                }
            });
            caller.start();
            await().until(() -> listener.accepted.get() > 0);
            own.close();
            assertThat(thrown.get(20, java.util.concurrent.TimeUnit.SECONDS)).isInstanceOf(ReadinessFailure.class);
            await().until(() -> listener.open.get() == 0);
        }
    }
}
