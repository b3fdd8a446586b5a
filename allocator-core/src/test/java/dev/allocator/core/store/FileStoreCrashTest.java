package dev.allocator.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.spi.RecordKey;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk after each step and half step of a commit and of a checkpoint. */
class FileStoreCrashTest {

    private static final RecordKey CHANGED = new RecordKey("lease", "changed");
    private static final RecordKey DELETED = new RecordKey("lease", "deleted");
    private static final RecordKey CREATED = new RecordKey("machine", "created");
    private static final RecordKey UNTOUCHED = new RecordKey("lease", "untouched");

    private static final Map<RecordKey, String> OLD = Map.of(CHANGED, "{\"v\":1}", DELETED, "{}", UNTOUCHED, "{}");
    private static final Map<RecordKey, String> NEW = Map.of(CHANGED, "{\"v\":2}", CREATED, "{}", UNTOUCHED, "{}");

    @TempDir
    private Path folder;

    private Path before;
    private Path after;
    private Path crashed;
    private long revision;

    @BeforeEach
    void commitOnce() throws IOException {
        before = folder.resolve("before");
        after = folder.resolve("after");
        crashed = folder.resolve("crashed");
        try (FileStore store = FileStore.open(before)) {
            Transaction.Builder first = Transaction.builder();
            OLD.forEach(first::put);
            store.commit(first.build());
        }
        copy(before, after);
        try (FileStore store = FileStore.open(after)) {
            store.commit(Transaction.builder()
                    .put(CHANGED, "{\"v\":2}")
                    .delete(DELETED)
                    .put(CREATED, "{}")
                    .build());
            revision = store.get(CREATED).orElseThrow().revision();
        }
    }

    @Test
    void aJournalCutAnywhereIsTheOldStateUntilItIsWhole() throws IOException {
        byte[] whole = Files.readAllBytes(after.resolve("journal"));
        int start = (int) Files.size(before.resolve("journal"));
        for (int length = start; length <= whole.length; length++) {
            copy(before, crashed);
            Files.write(crashed.resolve("journal"), Arrays.copyOf(whole, length));
            check("cut at " + length, length < whole.length ? OLD : NEW);
        }
    }

    @Test
    void aJournalWithRubbishAtItsEndIsTheOldState() throws IOException {
        byte[] whole = Files.readAllBytes(after.resolve("journal"));
        int start = (int) Files.size(before.resolve("journal"));
        for (int i = start; i < whole.length; i++) {
            copy(before, crashed);
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x20;
            Files.write(crashed.resolve("journal"), damaged);
            check("byte " + i, OLD);
        }
        copy(before, crashed);
        Files.write(crashed.resolve("journal"), Arrays.copyOf(Arrays.copyOf(whole, start), start + 4096));
        check("zeros", OLD);
    }

    @Test
    void aCommitThatReachedTheJournalCountsWhateverFilesFollowed() throws IOException {
        for (int step = 0; step < 8; step++) {
            copy(before, crashed);
            Files.copy(after.resolve("journal"), replaced("journal"));
            if ((step & 1) != 0) {
                Files.copy(after.resolve("records/lease/changed.json"), replaced("records/lease/changed.json"));
            }
            if ((step & 2) != 0) {
                Files.delete(crashed.resolve("records/lease/deleted.json"));
            }
            if ((step & 4) != 0) {
                Files.createDirectory(crashed.resolve("records/machine"));
                Files.writeString(crashed.resolve("records/machine/write.tmp"), "{\"rev");
            }
            check("files " + step, NEW);
        }
    }

    @Test
    void aMarkHalfWrittenIsNoMark() throws IOException {
        byte[] old = Files.readAllBytes(before.resolve("applied"));
        byte[] mark = Files.readAllBytes(after.resolve("applied"));
        for (int written = 0; written <= mark.length; written++) {
            copy(after, crashed);
            byte[] mixed = old.clone();
            System.arraycopy(mark, 0, mixed, 0, written);
            Files.write(crashed.resolve("applied"), mixed);
            check("mark " + written, NEW);
        }
        copy(after, crashed);
        Files.delete(crashed.resolve("applied"));
        check("no mark", NEW);
    }

    @Test
    void aCheckpointCutShortLosesNothing() throws IOException {
        Path done = folder.resolve("done");
        copy(after, done);
        try (FileStore store = FileStore.open(done, FileStoreOptionsFixture.checkpointAt(1))) {
            store.commit(Transaction.builder().put(UNTOUCHED, "{}").build());
            revision = store.get(UNTOUCHED).orElseThrow().revision();
        }
        assertThat(Journal.find(done.resolve("journal")).orElseThrow().generation())
                .isEqualTo(2);

        copy(done, crashed);
        Files.copy(after.resolve("applied"), replaced("applied"));
        check("journal replaced, mark not moved", NEW);

        copy(done, crashed);
        Files.delete(crashed.resolve("applied"));
        check("no mark", NEW);

        copy(done, crashed);
        Files.writeString(crashed.resolve("journal.tmp"), "allocator-jour");
        check("next one begun", NEW);
    }

    @Test
    void aLossOfPowerMayUndoFilesThatTheJournalStillHas() throws IOException {
        copy(after, crashed);
        Files.write(crashed.resolve("records/lease/changed.json"), new byte[0]);
        Files.writeString(crashed.resolve("records/lease/untouched.json"), "{\"revision\":1,\"val");
        Files.copy(before.resolve("records/lease/deleted.json"), replaced("records/lease/deleted.json"));
        Files.delete(crashed.resolve("records/machine/created.json"));
        Files.delete(crashed.resolve("records/machine"));

        checkAfterBoot();
    }

    @Test
    void aLossOfPowerMayUndoAllFiles() throws IOException {
        copy(after, crashed);
        try (FileStore store = FileStore.open(crashed, FileStoreOptionsFixture.checkpointAt(1))) {
            commitAndCheck(store, NEW);
        }
        assertThat(Journal.find(crashed.resolve("journal")).orElseThrow().carried())
                .isPositive();
        try (Stream<Path> records = Files.walk(crashed.resolve("records"))) {
            for (Path file : records.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        Files.write(crashed.resolve("applied"), new byte[97]);
        checkAfterBoot();
    }

    @Test
    void aDamagedJournalDoesNotTakeRecordsBack() throws IOException {
        copy(after, crashed);
        byte[] damaged = Files.readAllBytes(crashed.resolve("journal"));
        damaged[(int) Files.size(before.resolve("journal")) + 20] ^= 1; // In the last entry, long since applied.
        Files.write(crashed.resolve("journal"), damaged);

        try (FileStore store = FileStore.open(crashed, FileStoreOptionsFixture.afterBoot("next"))) {
            assertThat(store.get(CHANGED).orElseThrow().json()).isEqualTo("{\"v\":2}");
            assertThat(store.get(CREATED)).isPresent();
            store.commit(Transaction.builder().put(UNTOUCHED, "{}").build());
            assertThat(store.get(CHANGED).orElseThrow().json()).isEqualTo("{\"v\":2}");
            assertThat(store.get(UNTOUCHED).orElseThrow().revision()).isGreaterThan(revision);
        }
    }

    @Test
    void aStoreHalfCreatedIsCreatedAgain() throws IOException {
        Files.createDirectories(crashed.resolve("records"));
        Files.writeString(crashed.resolve("journal.tmp"), "alloc");
        Files.writeString(crashed.resolve("realm.json.tmp"), "{");
        try (FileStore store = FileStore.open(crashed)) {
            commitAndCheck(store, Map.of());
        }
    }

    /** Readers see that state, before and after someone writes, and so does who comes later. */
    private void check(String step, Map<RecordKey, String> expected) throws IOException {
        try (FileStore store = FileStore.open(crashed);
                FileStore reader = FileStore.open(crashed)) {
            assertThat(contents(store)).as(step).isEqualTo(expected);
            commitAndCheck(store, expected);
            assertThat(contents(reader)).as(step).isEqualTo(expected);
            if (expected.equals(NEW)) {
                assertThat(store.get(new RecordKey("check", "c")).orElseThrow().revision())
                        .as(step)
                        .isGreaterThan(revision);
            }
        }
        try (FileStore store = FileStore.open(crashed)) {
            assertThat(contents(store)).as(step).isEqualTo(expected);
        }
    }

    private void checkAfterBoot() throws IOException {
        try (FileStore store = FileStore.open(crashed, FileStoreOptionsFixture.afterBoot("next"))) {
            assertThat(contents(store)).isEqualTo(NEW);
            commitAndCheck(store, NEW);
        }
        check("recovered", NEW);
    }

    private static void commitAndCheck(FileStore store, Map<RecordKey, String> expected) {
        RecordKey key = new RecordKey("check", "c");
        assertThat(store.commit(Transaction.builder().put(key, "{}").build())).isTrue();
        assertThat(store.get(key)).isPresent();
        assertThat(contents(store)).isEqualTo(expected);
    }

    private static Map<RecordKey, String> contents(FileStore store) {
        Map<RecordKey, String> listed = Stream.concat(store.list("lease").stream(), store.list("machine").stream())
                .collect(Collectors.toMap(StoredRecord::key, StoredRecord::json));
        for (RecordKey key : List.of(CHANGED, DELETED, CREATED, UNTOUCHED)) {
            assertThat(store.get(key).map(StoredRecord::json).orElse("none"))
                    .isEqualTo(listed.getOrDefault(key, "none"));
        }
        return listed;
    }

    private Path replaced(String name) throws IOException {
        Path file = crashed.resolve(name);
        Files.deleteIfExists(file);
        return file;
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (Stream<Path> old = Files.walk(to)) {
                for (Path path : old.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }
}
