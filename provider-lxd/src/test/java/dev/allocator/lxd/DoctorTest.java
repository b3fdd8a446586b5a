package dev.allocator.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Diagnosis.Severity;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be missing, one clear sentence each. */
class DoctorTest {

    private static final String GOOD = """
            {"api_extensions": ["projects", "event_lifecycle", "instances", "warnings"], "auth": "trusted",
              "environment": {"server_version": "5.0.2", "driver": "lxc | qemu", "architectures": ["x86_64"]}}""";

    private static final Map<String, String> HEALTHY = Map.of(
            "/1.0", GOOD,
            "/1.0/storage-pools", "[\"/1.0/storage-pools/default\"]",
            "/1.0/profiles/default?project=p", """
                    {"devices": {"eth0": {"type": "nic", "network": "lxdbr0"},
                      "root": {"type": "disk", "path": "/", "pool": "default"}}}""");

    @TempDir
    Path folder;

    @Test
    void whatWorksIsNoError() {
        assertThat(diagnose(HEALTHY))
                .containsExactly(
                        new Diagnosis(Severity.INFO, "LXD 5.0.2 at /lxd.socket: containers and virtual machines"));
    }

    @Test
    void theRealOneWorks() {
        try (LxdHost host = LxdHost.require();
                LxdClient client = LxdClient.at(host.socket())) {
            assertThat(new Doctor(client, host.socket(), host.project()).diagnose())
                    .noneMatch(each -> each.severity() == Severity.ERROR)
                    .first()
                    .extracting(Diagnosis::message)
                    .asString()
                    .matches("LXD [0-9.]+ at " + host.socket() + ": containers.*");
        }
    }

    @Test
    void lxdIsNotThere() {
        Path nobody = folder.resolve("nobody");
        try (LxdClient client = LxdClient.at(nobody)) {
            assertThat(new Doctor(client, nobody, "p").diagnose())
                    .singleElement()
                    .satisfies(error -> {
                        assertThat(error.severity()).isEqualTo(Severity.ERROR);
                        assertThat(error.message()).contains(nobody.toString());
                    });
        }
    }

    @Test
    void somethingElseListensThere() throws Exception {
        Path socket = folder.resolve("other");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> answer(server));
            try (LxdClient client = LxdClient.at(socket)) {
                assertThat(new Doctor(client, socket, "p").diagnose())
                        .singleElement()
                        .satisfies(error -> {
                            assertThat(error.severity()).isEqualTo(Severity.ERROR);
                            assertThat(error.message())
                                    .contains(socket.toString())
                                    .contains("not LXD");
                        });
            }
            server.close();
            served.join();
        }
    }

    private static void answer(ServerSocketChannel server) {
        try (SocketChannel caller = server.accept()) {
            caller.read(ByteBuffer.allocate(1024));
            caller.write(ByteBuffer.wrap(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".getBytes(StandardCharsets.US_ASCII)));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void lxdTrustsNobodyHere() {
        error(
                with("/1.0", GOOD.replace("\"trusted\"", "\"untrusted\"")),
                "LXD does not trust this user: ask for" + " membership in the group lxd");
    }

    @Test
    void lxdIsTooOld() {
        error(
                with("/1.0", GOOD.replace("\"instances\", ", "").replace("5.0.2", "3.0.3")),
                "LXD 3.0.3 is too old, it lacks the API extension 'instances': version 4.0 or newer is needed");
    }

    @Test
    void lxdIsNotInitialised() {
        error(with("/1.0/storage-pools", "[]"), "LXD has not been initialised, it has no storage pool: run 'lxd init'");
        assertThat(diagnose(with("/1.0/profiles/default?project=p", "{\"devices\": {}}")))
                .filteredOn(each -> each.severity() == Severity.WARNING)
                .extracting(Diagnosis::message)
                .containsExactly(
                        "there is no root disk in LXD's profile default: run 'lxd init', or set 'pool' in profiles",
                        "there is no network interface in LXD's profile default: run 'lxd init', or set 'lxd-network'"
                                + " in profiles");
    }

    @Test
    void thereAreNoVirtualMachines() {
        Map<String, String> lxd = new LinkedHashMap<>(with("/1.0", GOOD.replace(" | qemu", "")));
        lxd.put("/1.0/warnings?recursion=1", """
                [{"type": "Instance type not operational", "status": "new", "last_message": "KVM support is missing"}]""");
        assertThat(diagnose(lxd))
                .contains(new Diagnosis(
                        Severity.WARNING,
                        "LXD 5.0.2 cannot run virtual machines here: KVM support is missing: only profiles with"
                                + " 'vm: false' work"))
                .noneMatch(each -> each.severity() == Severity.ERROR);
    }

    private static Map<String, String> with(String path, String answer) {
        Map<String, String> answers = new LinkedHashMap<>(HEALTHY);
        answers.put(path, answer);
        return answers;
    }

    private static void error(Map<String, String> answers, String message) {
        assertThat(diagnose(answers)).contains(new Diagnosis(Severity.ERROR, message));
    }

    private static List<Diagnosis> diagnose(Map<String, String> answers) {
        return new Doctor(new CannedLxd(answers), Path.of("/lxd.socket"), "p").diagnose();
    }
}
