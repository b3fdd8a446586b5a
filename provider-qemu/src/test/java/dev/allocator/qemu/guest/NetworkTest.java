package dev.allocator.qemu.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Machines that work together, and with their host: two Debians in QEMU. */
@Timeout(600)
class NetworkTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path temp;

    @Test
    void machinesReachEachOtherAndTheirHost() throws Exception {
        Path state = temp.resolve("state");
        try (Allocator allocator = Allocator.open(options(state))) {
            CompletableFuture<Lease> first = allocator.allocateAsync(joining("open", "web"));
            CompletableFuture<Lease> second = allocator.allocateAsync(joining("shut", "db"));
            try (Lease web = first.get();
                    Lease db = second.get()) {
                reachEachOther(web, db);
                onlyOneReachesTheHost(web, db);
                HostAndPort forwarded = reachesAService(web);
                reboot(web);
                reachEachOther(web, db);
                serve(web);
                awaitService(forwarded);
            }
        }
        Host.awaitNoMachines(state);
    }

    private static AllocatorOptions options(Path state) {
        return AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state)
                .provider("qemu", "qemu", Map.of("accel", "tcg"))
                .profile(debian("open").build())
                .profile(debian("shut").setting("host-access", "deny").build())
                .build();
    }

    private static Profile.Builder debian(String name) {
        return Profile.named(name, "qemu")
                .image(DemoImages.plain().toString())
                .memory(DataSize.ofMebibytes(512))
                .login(Credentials.password("debian", Secret.of("debian")))
                .network("lan");
    }

    private static AllocationRequest joining(String profile, String name) {
        return AllocationRequest.forProfile(profile).name(name).build();
    }

    private static ExecResult bash(Lease lease, String script) {
        return lease.exec(Command.of("bash", "-c", script).timeout(LIMIT));
    }

    /** What a port says to whoever connects from a machine. */
    private static ExecResult hear(Lease from, String host, int port) {
        return bash(from, "timeout 10 bash -c 'exec 3<>/dev/tcp/" + host + "/" + port + " && head -c 4 <&3'");
    }

    private static void reachEachOther(Lease web, Lease db) {
        assertThat(bash(web, "hostname").stdout()).isEqualTo("web\n");
        assertThat(bash(web, "getent hosts db").stdout()).startsWith(db.address("lan") + " ");
        for (String address : new String[] {"db", db.address("lan")}) {
            assertThat(hear(web, address, 22).orThrow().stdout()).isEqualTo("SSH-");
        }
        for (String address : new String[] {"web", web.address("lan")}) {
            assertThat(hear(db, address, 22).orThrow().stdout()).isEqualTo("SSH-");
        }
    }

    private static void onlyOneReachesTheHost(Lease web, Lease db) throws Exception {
        try (ServerSocket service = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> greet(service), "allocator-test-service");
            server.setDaemon(true);
            server.start();
            String host = web.hostAddress().orElseThrow();
            assertThat(hear(web, host, service.getLocalPort()).orThrow().stdout())
                    .isEqualTo("host");
            assertThat(db.hostAddress()).isEmpty();
            assertThat(hear(db, host, service.getLocalPort()).succeeded()).isFalse();
        }
    }

    private static void greet(ServerSocket service) {
        while (!service.isClosed()) {
            try (Socket client = service.accept()) {
                client.getOutputStream().write("host".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                continue; // the test is over, or looks at what it got
            }
        }
    }

    private static void serve(Lease web) {
        web.exec(Command.of("systemd-run", "systemd-socket-activate", "-l", "8080", "-a", "--inetd", "echo", "from web")
                        .asRoot()
                        .timeout(LIMIT))
                .orThrow();
    }

    private static HostAndPort reachesAService(Lease web) throws Exception {
        serve(web);
        HostAndPort one = web.forward(8080);
        HostAndPort other = web.forward(8080);
        assertThat(other).isNotEqualTo(one);
        for (HostAndPort address : new HostAndPort[] {one, other}) {
            awaitService(address);
        }
        return one;
    }

    private static void awaitService(HostAndPort address) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(read(address)).isEqualTo("from web\n"));
    }

    private static String read(HostAndPort address) throws IOException {
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void reboot(Lease web) {
        String before = bootId(web);
        web.exec(Command.of("systemctl", "--no-block", "reboot").asRoot().timeout(Duration.ofMinutes(2)));
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(() -> !bootId(web).equals(before));
    }

    private static String bootId(Lease web) {
        return bash(web, "cat /proc/sys/kernel/random/boot_id").orThrow().stdout();
    }
}
