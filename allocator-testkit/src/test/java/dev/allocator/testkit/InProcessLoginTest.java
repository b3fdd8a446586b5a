package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.Secret;
import dev.allocator.core.readiness.LoginTarget;
import dev.allocator.core.readiness.LoginWaiter;
import dev.allocator.core.readiness.ReadinessFailure;
import dev.allocator.core.ssh.RootAccess;
import dev.allocator.core.ssh.SshConnection;
import dev.allocator.spi.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InProcessLoginTest {

    private static final Credentials USER = Credentials.password("tester", Secret.of("right"));

    @TempDir
    Path home;

    private final LoginWaiter waiter = new LoginWaiter();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> death = new CompletableFuture<>();

    @AfterEach
    void close() {
        waiter.close();
    }

    private InProcessSshServer.Builder server() {
        Accounts accounts = new Accounts();
        accounts.add(USER);
        return InProcessSshServer.builder(home).accounts(accounts);
    }

    private LoginTarget target(InProcessSshServer server, Credentials credentials, boolean fixed) {
        return new LoginTarget(
                server.address(),
                Optional.of(credentials),
                List.of(server.hostKey()),
                fixed,
                CompletableFuture.completedFuture(""),
                death,
                progress::add);
    }

    private static Deadline seconds(int seconds) {
        return Deadline.in(Duration.ofSeconds(seconds));
    }

    @Test
    void logsInOnceTheSilenceEnds() throws Exception {
        try (InProcessSshServer server =
                        server().silentFor(Duration.ofSeconds(2)).start();
                SshConnection connection = waiter.awaitLogin(target(server, USER, true), seconds(60))) {
            assertThat(connection
                            .exec(Command.of("echo", "hi"), new RootAccess.Direct())
                            .stdout())
                    .isEqualTo("hi\n");
            assertThat(progress).hasSize(2).last().isEqualTo("logged in as tester");
        }
    }

    @Test
    void refusalsAreWaitedFor() throws Exception {
        try (InProcessSshServer server = server().refusing(2).start();
                SshConnection connection = waiter.awaitLogin(target(server, USER, true), seconds(60))) {
            assertThat(connection.isOpen()).isTrue();
            assertThat(progress).contains("log-in refused, trying again in 2s", "log-in refused, trying again in 5s");
        }
    }

    @Test
    void fixedCredentialsFailAfterFourRefusals() {
        try (InProcessSshServer server = server().start()) {
            Credentials wrong = Credentials.password("tester", Secret.of("wrong-secret"));
            assertThatThrownBy(() -> waiter.awaitLogin(target(server, wrong, true), seconds(120)))
                    .isInstanceOfSatisfying(
                            ReadinessFailure.class,
                            e -> assertThat(e.reason()).isEqualTo(ReadinessFailure.Reason.REFUSED))
                    .hasMessageContaining("refused the log-in of tester with a password")
                    .hasMessageContaining("after 4 tries")
                    .hasMessageNotContaining("wrong-secret");
            assertThat(progress)
                    .filteredOn(line -> line.startsWith("log-in refused"))
                    .hasSize(3);
        }
    }

    @Test
    void otherCredentialsAreWaitedForUntilTheyAreSetUp() throws Exception {
        Credentials later = Credentials.password("later", Secret.of("on"));
        try (InProcessSshServer server = server().start()) {
            assertThatThrownBy(() -> waiter.awaitLogin(target(server, later, false), seconds(3)))
                    .hasMessageContaining("could not log in within 3s, last: the SSH server at ")
                    .hasMessageContaining("refused");
            server.accounts().add(later);
            waiter.awaitLogin(target(server, later, false), seconds(60)).close();
        }
    }

    @Test
    void deathDuringABackOffEndsTheWait() {
        try (InProcessSshServer server = server().refusing(100).start()) {
            CompletableFuture<Void> killer = CompletableFuture.runAsync(() -> {
                await().until(() -> progress.stream().anyMatch(line -> line.startsWith("log-in refused")));
                death.complete("it died");
            });
            assertThatThrownBy(() -> waiter.awaitLogin(target(server, USER, false), seconds(600)))
                    .hasMessage("it died");
            killer.join();
        }
    }

    @Test
    void aReadinessCommandIsRepeatedUntilItSucceeds() throws Exception {
        try (InProcessSshServer server = server().start();
                SshConnection connection = waiter.awaitLogin(target(server, USER, true), seconds(60))) {
            LoginTarget target = target(server, USER, true);
            waiter.awaitCommand(connection, "echo x >>tries; [ $(wc -l <tries) -ge 3 ]", target, seconds(60));
            assertThat(home.resolve("tries")).hasContent("x\nx\nx");
            assertThatThrownBy(() -> waiter.awaitCommand(connection, "echo not yet >&2; exit 4", target, seconds(2)))
                    .isInstanceOf(ReadinessFailure.class)
                    .hasMessageContaining("within 2s, last: status 4: not yet");
        }
    }

    @Test
    void twoHundredMachinesAtOnceShareThreadsAndSockets() throws Exception {
        List<InProcessSshServer> servers = new ArrayList<>();
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            for (int i = 0; i < 10; i++) {
                servers.add(server().silentFor(Duration.ofSeconds(1)).start());
            }
            List<Future<SshConnection>> logins = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                LoginTarget target = target(servers.get(i % servers.size()), USER, true);
                logins.add(callers.submit(() -> waiter.awaitLogin(target, seconds(300))));
            }
            for (Future<SshConnection> login : logins) {
                login.get(300, TimeUnit.SECONDS).close();
            }
            assertThat(logins).hasSize(200);
            assertThat(threads("allocator-prober")).isEqualTo(1);
            assertThat(threads("allocator-login")).isLessThanOrEqualTo(8);
        } finally {
            callers.shutdownNow();
            servers.forEach(InProcessSshServer::close);
        }
        waiter.close();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> threads("allocator-prober") + threads("allocator-login") + threads("allocator-ssh-") == 0);
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }
}
