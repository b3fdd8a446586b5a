package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Allocator;
import dev.allocator.AllocatorException;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.LeaseInfo;
import dev.allocator.core.store.FileStore;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Allocators that share a state directory and machines of a {@link ScriptedProvider}. */
@Timeout(120)
abstract class ScriptedEngine {

    static final Duration SOON = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    final ScriptedProvider provider = new ScriptedProvider();
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
    private final List<Allocator> open = new ArrayList<>();

    Path state() {
        return folder.resolve("state");
    }

    AllocatorOptions.Builder options() {
        return AllocatorOptions.builder()
                .configSearch(false)
                .workingDirectory(folder)
                .stateDirectory(state())
                .environment(Map.of("HOME", folder.toString()))
                .clock(now::get)
                .profile(ScriptedProvider.profile())
                .plugin(provider);
    }

    Allocator open() {
        return open(options());
    }

    Allocator open(AllocatorOptions.Builder options) {
        return open(options, Duration.ofSeconds(30));
    }

    Allocator open(AllocatorOptions.Builder options, Duration patience) {
        Allocator allocator =
                CoreEngine.open(options.build(), EngineParts.usual().patience(patience));
        open.add(allocator);
        return allocator;
    }

    @AfterEach
    void closeAll() {
        provider.create = machine -> {};
        provider.destroy = machine -> {};
        for (Allocator allocator : open) {
            try {
                allocator.close();
            } catch (AllocatorException e) {
                assertThat(e).hasMessageContaining("record"); // a test left one that cannot be ended
            }
        }
        endWatchers();
    }

    /** Who watches over leases that a test has left would write into the folder while that is deleted. */
    private void endWatchers() {
        await().atMost(SOON).until(() -> {
            List<ProcessHandle> left = ProcessHandle.allProcesses()
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> commandLine(process).contains(folder.toString()))
                    .toList();
            left.forEach(ProcessHandle::destroyForcibly);
            return left.isEmpty();
        });
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    void passes(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    static RecordKey leaseKey(Lease lease) {
        return new RecordKey("lease", lease.id().value());
    }

    static RecordKey machineKey(Lease lease) {
        return new RecordKey("machine", lease.info().machine().orElseThrow().value());
    }

    Store store() {
        return FileStore.open(state());
    }

    void edit(RecordKey key, Consumer<ObjectNode> change) {
        try (Store store = store()) {
            StoredRecord before = store.get(key).orElseThrow();
            ObjectNode tree = (ObjectNode) JSON.readTree(before.json());
            change.accept(tree);
            assertThat(store.commit(Transaction.builder()
                            .ifRevision(key, before.revision())
                            .put(key, tree.toString())
                            .build()))
                    .isTrue();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    ObjectNode content(RecordKey key) {
        try (Store store = store()) {
            return (ObjectNode) JSON.readTree(store.get(key).orElseThrow().json());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Deletes the records of a lease, as nobody ever should. */
    void forget(Lease lease) {
        try (Store store = store()) {
            store.commit(Transaction.builder()
                    .delete(machineKey(lease))
                    .delete(leaseKey(lease))
                    .build());
        }
    }

    static LeaseInfo onlyLease(Allocator allocator) {
        return assertThat(allocator.leases()).singleElement().actual();
    }

    List<Path> files(String below) {
        Path start = state().resolve(below);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(start)) {
            return found.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            return List.of(start); // it changes at the moment
        }
    }

    void awaitNothingLeft() {
        await().atMost(SOON).untilAsserted(this::assertNothingLeft);
    }

    /** Neither machines nor records, secrets and folders. */
    void assertNothingLeft() {
        assertThat(provider.machines).isEmpty();
        assertThat(files("records")).isEmpty();
        assertThat(files("blobs")).isEmpty();
        assertThat(files("machines")).isEmpty();
    }
}
