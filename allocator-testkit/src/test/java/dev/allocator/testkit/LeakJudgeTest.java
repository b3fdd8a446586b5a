package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.allocator.core.store.FileStore;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judge finds each kind of leftover that is planted, and nothing else. */
@Timeout(60)
class LeakJudgeTest {

    private static final RecordKey LEASE = new RecordKey("lease", "11111111-2222-3333-4444-555555555555");

    @TempDir
    Path temp;

    private Path state;
    private String realm;
    private final List<Process> planted = new ArrayList<>();

    @BeforeEach
    void makeStore() {
        assumeThat(Path.of("/proc/self/environ")).isReadable();
        state = temp.resolve("state");
        try (FileStore store = FileStore.open(state)) {
            realm = store.realm().value();
            store.putBlob("gone", new byte[1]);
            store.deleteBlob("gone");
            commit(store, Transaction.builder().put(LEASE, "{}"));
            commit(store, Transaction.builder().delete(LEASE));
            store.appendHistory(Instant.now(), "{}");
        }
    }

    @AfterEach
    void removePlants() throws Exception {
        for (Process process : planted) {
            process.destroyForcibly().waitFor();
        }
    }

    private static void commit(FileStore store, Transaction.Builder transaction) {
        assertThat(store.commit(transaction.build())).isTrue();
    }

    private Process plant(Path folder, Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        planted.add(process);
        return process;
    }

    private List<String> leftovers() {
        return LeakJudge.of(state).leftovers();
    }

    @Test
    void whatRemainsOfUseIsNoLeftover() throws IOException {
        Files.createDirectories(state.resolve("owners"));
        Files.createDirectories(state.resolve("wakeups"));
        Files.createDirectories(state.resolve("machines/qemu"));
        Files.createDirectories(state.resolve("evidence/" + LEASE.name()));
        plant(temp, Map.of("ALLOCATOR_REALM", UUID.randomUUID().toString()), "sleep", "60");
        plant(temp, Map.of(), "sleep", "60");
        assertThat(leftovers()).isEmpty();
        assertThat(LeakJudge.of(state).awaitClean(Duration.ZERO)).isPositive();
        assertThat(LeakJudge.of(temp.resolve("missing")).leftovers()).isEmpty();
    }

    @Test
    void taggedProcess() throws IOException {
        Process process = plant(temp, Map.of("ALLOCATOR_REALM", realm), "sleep", "60");
        assertThat(leftovers()).containsExactly("process " + process.pid() + " (tagged with the realm): sleep 60 ");
        assertThat(LeakJudge.of(temp.resolve("missing")).realm(realm).leftovers())
                .hasSize(1);
    }

    @Test
    void processThatNamesTheStateDirectory() throws IOException {
        Process process =
                plant(temp, Map.of(), "tail", "-f", state.resolve("realm.json").toString());
        assertThat(leftovers())
                .singleElement()
                .asString()
                .startsWith("process " + process.pid() + " (names the state directory): tail -f ");
    }

    @Test
    void processThatWorksInTheStateDirectory() throws IOException {
        Path folder = Files.createDirectories(state.resolve("machines/a"));
        Process inside = plant(folder, Map.of(), "sleep", "60");
        assertThat(leftovers())
                .containsExactly("process " + inside.pid() + " (works in the state directory): sleep 60 ");
        Files.delete(folder);
        assertThat(leftovers()).as("its folder is deleted").hasSize(1);
    }

    @Test
    void timekeeperIsAllowedOnRequest() throws IOException {
        plant(temp, Map.of("ALLOCATOR_REALM", realm), "sh", "-c", "sleep 60; :", "allocator-timekeeper");
        plant(temp, Map.of("ALLOCATOR_REALM", realm), "sleep", "61");
        assertThat(leftovers()).anySatisfy(line -> assertThat(line).contains("timekeeper"));
        assertThat(LeakJudge.of(state).timekeeperMayLinger().leftovers())
                .singleElement()
                .asString()
                .endsWith("sleep 61 ");
    }

    @Test
    void callersAreNoLeftovers() throws Exception {
        Path script = temp.resolve("judge.sh");
        Files.write(script, LeakJudge.class.getResourceAsStream("judge.sh").readAllBytes());
        Process caller = plant(
                state,
                Map.of("ALLOCATOR_REALM", realm),
                "sh",
                "-c",
                "sh \"$1\" \"$2\"; exit $?",
                "sh",
                "" + script,
                "" + state);
        assertThat(new String(caller.getInputStream().readAllBytes())).isEmpty();
        assertThat(caller.waitFor()).isZero();
    }

    @Test
    void recordsInTheJournal() throws IOException {
        RecordKey machine = new RecordKey("machine", "22222222-2222-3333-4444-555555555555");
        try (FileStore store = FileStore.open(state)) {
            commit(store, Transaction.builder().put(LEASE, "{\"a\":\"ä\"}").put(machine, "{}"));
            commit(store, Transaction.builder().delete(LEASE));
        }
        Files.delete(state.resolve("records/machine/" + machine.name() + ".json")); // as if a writer died before
        assertThat(leftovers()).containsExactly("record machine/" + machine.name() + " (in the journal)");
        Files.write(state.resolve("journal"), new byte[] {0, 0, 0, 99, 1}, StandardOpenOption.APPEND);
        assertThat(leftovers()).as("a torn end").hasSize(1);
        try (FileStore store = FileStore.open(state)) {
            commit(store, Transaction.builder().delete(machine));
        }
        assertThat(leftovers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "records/lease/x.json,          file of a record:",
        "records/machine/x.json,        file of a record:",
        "records/address/[__1]:22.json, file of a record:",
        "records/lease/write.tmp,       file of a record:",
        "blobs/lease-x,                 secret:",
        "blobs/write~,                  secret:",
        "owners/1-2-x,                  owner's lock:",
        "wakeups/000000000001-x,        wake-up:"
    })
    void files(String path, String kind) throws IOException {
        Path file = state.resolve(path);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        assertThat(leftovers()).containsExactly(kind + " " + file);
    }

    @Test
    void filesOfMachines() throws IOException {
        Path machine = Files.createDirectories(state.resolve("machines/qemu/x"));
        assertThat(leftovers()).containsExactly("folder of a machine: " + machine);
        Path overlay = Files.createFile(machine.resolve("overlay.qcow2"));
        Path link = Files.createSymbolicLink(machine.resolve("link"), temp);
        Path near = Files.createDirectories(Path.of("/tmp").resolve("judge-" + UUID.randomUUID()));
        Path socket = near.resolve("s"); // the name of a socket is at most 107 bytes long
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.move(socket, machine.resolve("qmp.sock"));
            assertThat(leftovers())
                    .contains(
                            "of a machine: " + overlay,
                            "of a machine: " + link,
                            "of a machine: " + machine.resolve("qmp.sock"));
        } finally {
            Files.delete(near);
        }
    }

    @Test
    void temporaryFiles() throws IOException {
        Path file = Files.createFile(temp.resolve("allocator-123.out"));
        assertThat(leftovers()).isEmpty();
        assertThat(LeakJudge.of(state).temporaryFiles(temp).leftovers()).containsExactly("temporary: " + file);
    }

    @Test
    void waitingSaysWhatIsLeft() throws IOException {
        Files.createDirectories(state.resolve("wakeups"));
        Files.createFile(state.resolve("wakeups/1"));
        assertThatThrownBy(() -> LeakJudge.of(state).awaitClean(Duration.ofMillis(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("there is still left of " + state)
                .hasMessageContaining("wake-up: ");
    }

    @Test
    void damagedRealmIsAnError() throws IOException {
        Files.writeString(state.resolve("realm.json"), "");
        assertThatThrownBy(this::leftovers)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("status 2");
    }
}
