package dev.allocator.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.RealmId;
import dev.allocator.StoreException;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoreFactory;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to the store in files. */
class FileStoreTest {

    private static final RecordKey ONE = new RecordKey("lease", "one");
    private static final RecordKey TWO = new RecordKey("lease", "two");

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void chooseFolder() {
        folder = temporary.resolve("state/allocator");
    }

    @Test
    void bothTypesAreFound() {
        assertThat(ServiceLoader.load(StoreFactory.class))
                .extracting(StoreFactory::type)
                .containsExactlyInAnyOrder("file", "memory");
        assertThat(new FileStoreFactory().settings().settings()).isEmpty();
        assertThat(new MemoryStoreFactory().settings().settings()).isEmpty();
    }

    @Test
    void everythingIsKept() {
        RealmId realm;
        StoredRecord before;
        try (FileStore store = FileStore.open(folder)) {
            realm = store.realm();
            store.commit(Transaction.builder().put(ONE, "{\"a\":1}").build());
            store.commit(Transaction.builder().put(TWO, "{}").build());
            store.commit(Transaction.builder().delete(TWO).build());
            before = store.get(ONE).orElseThrow();
            store.putBlob("b", new byte[] {1, 2});
        }
        try (FileStore store = FileStore.open(folder)) {
            assertThat(store.realm()).isEqualTo(realm);
            assertThat(store.get(ONE)).hasValue(before);
            assertThat(store.getBlob("b")).hasValue(new byte[] {1, 2});
            store.commit(Transaction.builder().put(TWO, "{}").build());
            assertThat(store.get(TWO).orElseThrow().revision()).isGreaterThan(before.revision() + 2);
        }
    }

    @Test
    void nobodyElseCanReadWhatIsWritten() throws IOException {
        try (FileStore store = FileStore.open(folder, FileStoreOptionsFixture.checkpointAt(1))) {
            store.commit(Transaction.builder().put(ONE, "{}").build());
            store.putBlob("b", new byte[1]);
            store.appendHistory(Instant.now(), "{}");
        }
        try (Stream<Path> paths = Files.walk(temporary.resolve("state"))) {
            List<Path> all = paths.toList();
            assertThat(all)
                    .extracting(path -> path.getFileName().toString())
                    .contains("realm.json", "lock", "journal", "applied", "one.json", "b")
                    .doesNotContain("write.tmp", "write~", "journal.tmp", "realm.json.tmp");
            assertThat(all)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void peopleCanReadARecord() {
        try (FileStore store = FileStore.open(folder)) {
            store.commit(Transaction.builder().put(ONE, "{\"a\": 1}").build());
            assertThat(folder.resolve("records/lease/one.json")).hasContent("{\"revision\":1,\"value\":{\"a\": 1}}\n");
            store.commit(Transaction.builder().delete(ONE).build());
            assertThat(folder.resolve("records/lease/one.json")).doesNotExist();
        }
    }

    @Test
    void secretsLeaveNoTrace() throws IOException {
        try (FileStore store = FileStore.open(folder)) {
            store.putBlob("b", "hunter2hunter2".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            Files.writeString(folder.resolve("blobs/write~"), "hunter2hunter2"); // As left by a process that died.
            assertThat(store.blobs()).containsExactly("b");
            store.deleteBlob("b");
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            assertThat(paths.filter(Files::isRegularFile))
                    .allSatisfy(path -> assertThat(Files.readString(path)).doesNotContain("hunter2"));
        }
    }

    @Test
    void aDamagedRecordIsToldAndCanBeReplaced() throws IOException {
        try (FileStore store = FileStore.open(folder)) {
            store.commit(Transaction.builder()
                    .put(ONE, "{\"a\":{\"b\":1}}")
                    .put(TWO, "{}")
                    .build());
            Path file = folder.resolve("records/lease/one.json");
            String whole = Files.readString(file);
            for (int length = 0; length < whole.length(); length++) {
                Files.writeString(file, whole.substring(0, length));
                assertThat(store.get(ONE)).hasValue(StoredRecord.unreadable(ONE, whole.substring(0, length)));
            }
            assertThat(store.list("lease")).extracting(StoredRecord::readable).containsExactly(false, true);
            assertThat(store.get(ONE).orElseThrow().revision()).isEqualTo(StoredRecord.UNREADABLE);

            assertThat(store.commit(
                            Transaction.builder().ifAbsent(ONE).put(ONE, "{}").build()))
                    .isFalse();
            assertThat(store.commit(Transaction.builder()
                            .ifRevision(ONE, 1)
                            .put(ONE, "{}")
                            .build()))
                    .isFalse();
            assertThat(store.commit(Transaction.builder()
                            .ifRevision(ONE, StoredRecord.UNREADABLE)
                            .put(ONE, "{}")
                            .build()))
                    .isTrue();
            assertThat(store.get(ONE).orElseThrow().readable()).isTrue();

            Files.delete(file);
            Files.createDirectory(file); // Worse than any text.
            assertThat(store.list("lease")).extracting(StoredRecord::readable).containsExactly(false, true);
            Files.delete(file);
            Files.writeString(file, "{\"format\":99}");
            assertThat(store.commit(Transaction.builder().delete(ONE).build())).isTrue();
            assertThat(store.get(ONE)).isEmpty();
        }
    }

    @Test
    void foreignFilesAmongTheRecordsAreLetAlone() throws IOException {
        try (FileStore store = FileStore.open(folder)) {
            store.commit(Transaction.builder().put(ONE, "{}").build());
            Files.writeString(folder.resolve("records/lease/one.json~"), "");
            Files.writeString(folder.resolve("records/lease/a b.json"), "");
            Files.writeString(folder.resolve("records/lease/.json"), "");
            assertThat(store.list("lease")).extracting(StoredRecord::key).containsExactly(ONE);
        }
    }

    @Test
    void historyIsKeptForSevenFullDays() {
        Instant first = Instant.parse("2026-03-01T00:00:00Z");
        try (FileStore store = FileStore.open(folder, FileStoreOptionsFixture.at(first))) {
            store.appendHistory(first, "{\"n\":1}");
            store.appendHistory(first.plus(1, ChronoUnit.DAYS), "{\"n\":2}");
        }
        Instant seventh = first.plus(8, ChronoUnit.DAYS).minusMillis(1);
        try (FileStore store = FileStore.open(folder, FileStoreOptionsFixture.at(seventh))) {
            assertThat(store.history(Instant.EPOCH)).containsExactly("{\"n\":1}", "{\"n\":2}");
        }
        try (FileStore store = FileStore.open(folder, FileStoreOptionsFixture.at(seventh.plusMillis(1)))) {
            assertThat(store.history(Instant.EPOCH)).containsExactly("{\"n\":2}");
            assertThat(folder.resolve("ended/2026-03-01.jsonl")).doesNotExist();
        }
    }

    @Test
    void aLineOfHistoryCutShortHarmsNoOther() throws IOException {
        Instant at = Instant.parse("2026-03-01T10:00:00Z");
        try (FileStore store = FileStore.open(folder, FileStoreOptionsFixture.at(at))) {
            store.appendHistory(at, "{\"n\":1}");
            Path file = folder.resolve("ended/2026-03-01.jsonl");
            Files.writeString(file, Files.readString(file) + "{\"at\":\"2026-03-01T10:00:01Z\",\"value\":{\"n\"");
            store.appendHistory(at.plusSeconds(2), "{\"n\":3}");
            assertThat(store.history(at)).containsExactly("{\"n\":1}", "{\"n\":3}");
        }
    }

    @Test
    void aFolderThatOthersMayWriteIsRefused() throws IOException {
        Files.createDirectories(folder);
        for (String mode : List.of("rwxrwx---", "rwx----w-")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(() -> FileStore.open(folder))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("chmod go-w " + folder);
        }
        assertThat(folder).isEmptyDirectory();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        FileStore.open(folder).close();
        assertThat(folder.resolve("realm.json")).exists();
    }

    @Test
    void aFolderOfSomeoneElseIsRefused() throws IOException {
        Files.createDirectories(folder);
        try {
            Files.setAttribute(folder, "unix:uid", 12345);
        } catch (FileSystemException e) {
            Requirement.missing("cannot give a folder away: run as root to test whose state directory it is");
        }
        assertThatThrownBy(() -> FileStore.open(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("belongs to the user 12345");
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        for (Path path : List.of(file, file.resolve("below"))) {
            assertThatThrownBy(() -> FileStore.open(path))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aRealmOfANewerVersionIsRefused() throws IOException {
        FileStore.open(folder).close();
        Path file = folder.resolve("realm.json");
        Files.writeString(file, Files.readString(file).replace("\"format\": 1", "\"format\": 2"));
        assertThatThrownBy(() -> FileStore.open(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("newer version");
        Files.writeString(file, "");
        assertThatThrownBy(() -> FileStore.open(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aLostRealmFileDoesNotMakeAnotherRealm() throws IOException {
        RealmId realm;
        try (FileStore store = FileStore.open(folder)) {
            realm = store.realm();
            store.commit(Transaction.builder().put(ONE, "{}").build());
        }
        Files.delete(folder.resolve("realm.json"));
        try (FileStore store = FileStore.open(folder)) {
            assertThat(store.realm()).isEqualTo(realm);
            assertThat(store.get(ONE)).isPresent();
        }
        Files.delete(folder.resolve("realm.json"));
        Files.delete(folder.resolve("journal"));
        assertThatThrownBy(() -> FileStore.open(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("neither realm.json nor a journal");
    }

    @Test
    void aFolderRemovedOrReplacedIsNoticed() throws IOException {
        try (FileStore store = FileStore.open(folder)) {
            store.commit(Transaction.builder().put(ONE, "{}").build());
            Files.move(folder, temporary.resolve("elsewhere"));
            Transaction next = Transaction.builder().put(TWO, "{}").build();
            assertThatThrownBy(() -> store.commit(next))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("does not exist");
            assertThatThrownBy(() -> store.get(ONE)).isInstanceOf(StoreException.class);
            assertThat(folder).doesNotExist();

            FileStore.open(folder).close();
            assertThatThrownBy(() -> store.commit(next))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("belongs to the realm");
        }
    }

    @Test
    void aCopyKnowsThatItHasMoved() throws IOException {
        try (FileStore store = FileStore.open(folder)) {
            assertThat(store.moved()).isFalse();
        }
        Path copy = temporary.resolve("copy");
        Files.createDirectories(copy);
        for (String name : List.of("realm.json", "journal")) {
            Files.copy(folder.resolve(name), copy.resolve(name));
        }
        try (FileStore store = FileStore.open(copy);
                FileStore original = FileStore.open(folder)) {
            assertThat(store.moved()).isTrue();
            assertThat(original.moved()).isFalse();
            assertThat(store.realm()).isEqualTo(original.realm());
        }
    }

    @Test
    void theJournalStaysShort() throws IOException {
        try (FileStore store = FileStore.open(folder, FileStoreOptionsFixture.checkpointAt(10_000))) {
            String json = "{\"x\":\"" + "x".repeat(500) + "\"}";
            for (int i = 0; i < 100; i++) {
                store.commit(Transaction.builder().put(ONE, json).build());
                assertThat(Files.size(folder.resolve("journal"))).isLessThan(12_000);
            }
            assertThat(store.get(ONE).orElseThrow().revision()).isEqualTo(100);
        }
    }

    @Test
    void nothingStaysOpenOrRunning() throws IOException {
        FileStore store = FileStore.open(folder);
        Store.Watch watch = store.watch("lease", change -> {});
        for (int i = 0; i < 20; i++) {
            store.commit(Transaction.builder().put(ONE, "{}").build());
            store.get(ONE);
            store.list("lease");
            store.putBlob("b", new byte[1]);
            store.getBlob("b");
            store.appendHistory(Instant.now(), "{}");
            store.history(Instant.EPOCH);
        }
        watch.close();
        store.close();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("allocator-store")));
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.exists(descriptors)) {
            Requirement.missing("no /proc/self/fd to see what is open");
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            assertThat(open.filter(path -> target(path).startsWith(folder.toString())))
                    .isEmpty();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // Closed meanwhile.
        }
    }
}
