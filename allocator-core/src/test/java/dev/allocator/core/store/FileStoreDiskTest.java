package dev.allocator.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Transaction;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Full and read-only disks. */
class FileStoreDiskTest {

    private static final RecordKey ONE = new RecordKey("lease", "one");
    private static final RecordKey TWO = new RecordKey("lease", "two");
    private static final String LARGE = "{\"x\":\"" + "x".repeat(40_000) + "\"}";

    @TempDir
    private Path folder;

    @Test
    void onAFullDiskNothingIsHalfDone() throws Exception {
        try (TemporaryDisk disk = TemporaryDisk.mount(folder.resolve("disk"), 512);
                FileStore store = FileStore.open(folder.resolve("disk"))) {
            store.commit(Transaction.builder().put(ONE, "{\"v\":1}").build());
            for (int leave : new int[] {0, 4096, 24576}) {
                disk.fill(leave);
                assertThatThrownBy(() -> store.commit(Transaction.builder()
                                .put(ONE, "{\"v\":2}")
                                .put(TWO, LARGE)
                                .build()))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("No space left")
                        .hasMessageContaining(folder.toString())
                        .hasMessageContaining("free some space");
                assertThatThrownBy(() -> store.putBlob("b", new byte[40_000])).isInstanceOf(StoreException.class);
                assertThatThrownBy(() -> store.appendHistory(Instant.now(), LARGE))
                        .isInstanceOf(StoreException.class);
                assertThat(store.get(ONE).orElseThrow().json()).isEqualTo("{\"v\":1}");
                assertThat(store.list("lease")).hasSize(1);
                assertThat(store.blobs()).isEmpty();
                assertThat(store.history(Instant.EPOCH)).isEmpty();
                disk.free();
            }
            assertThat(store.commit(Transaction.builder().put(TWO, LARGE).build()))
                    .isTrue();
            try (FileStore again = FileStore.open(folder.resolve("disk"))) {
                assertThat(again.get(ONE).orElseThrow().json()).isEqualTo("{\"v\":1}");
                assertThat(again.get(TWO).orElseThrow().json()).isEqualTo(LARGE);
            }
        }
    }

    @Test
    void aCommitThatJustFitsTheJournalCounts() throws Exception {
        try (TemporaryDisk disk = TemporaryDisk.mount(folder.resolve("disk"), 512);
                FileStore store = FileStore.open(folder.resolve("disk"))) {
            store.commit(Transaction.builder().put(ONE, "{\"v\":1}").build());
            disk.fill(57344); // Room for the journal's entry, none for the record's file.
            assertThat(store.commit(Transaction.builder()
                            .put(ONE, "{\"v\":2}")
                            .put(TWO, LARGE)
                            .build()))
                    .isTrue();
            try (FileStore again = FileStore.open(folder.resolve("disk"))) {
                assertThat(again.get(ONE).orElseThrow().json()).isEqualTo("{\"v\":2}");
                assertThat(again.get(TWO).orElseThrow().json()).isEqualTo(LARGE);
                assertThat(again.list("lease")).hasSize(2);
            }
            assertThatThrownBy(() -> store.commit(
                            Transaction.builder().put(ONE, "{\"v\":3}").build()))
                    .isInstanceOf(StoreException.class);
            disk.free();
            assertThat(store.commit(Transaction.builder()
                            .ifRevision(TWO, store.get(TWO).orElseThrow().revision())
                            .put(ONE, "{\"v\":4}")
                            .build()))
                    .isTrue();
            assertThat(store.get(ONE).orElseThrow().json()).isEqualTo("{\"v\":4}");
            assertThat(store.get(TWO).orElseThrow().json()).isEqualTo(LARGE);
        }
    }

    @Test
    void aReadOnlyStoreCanBeRead() throws Exception {
        try (TemporaryDisk disk = TemporaryDisk.mount(folder.resolve("disk"), 512)) {
            try (FileStore store = FileStore.open(folder.resolve("disk"))) {
                store.commit(Transaction.builder().put(ONE, "{}").build());
                store.putBlob("b", new byte[1]);
                store.appendHistory(Instant.now(), "{}");
            }
            disk.remount("ro");
            try (FileStore store = FileStore.open(folder.resolve("disk"))) {
                assertThat(store.get(ONE)).isPresent();
                assertThat(store.list("lease")).hasSize(1);
                assertThat(store.blobs()).hasSize(1);
                assertThat(store.history(Instant.EPOCH)).hasSize(1);
                assertThatThrownBy(() -> store.commit(
                                Transaction.builder().put(ONE, "{}").build()))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("Read-only file system")
                        .hasMessageContaining("ALLOCATOR_STATE_DIR");
            }
            assertThatThrownBy(() -> FileStore.open(folder.resolve("disk/none")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("Read-only file system");
        }
    }
}
