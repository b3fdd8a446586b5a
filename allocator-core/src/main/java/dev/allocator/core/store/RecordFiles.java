package dev.allocator.core.store;

import dev.allocator.spi.RecordKey;
import dev.allocator.spi.StoredRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files {@code records/KIND/NAME.json}, each {@code {"revision":N,"value":…}} with the value as it was given. */
final class RecordFiles {

    private static final String START = "{\"revision\":";
    private static final String MIDDLE = ",\"value\":";
    private static final String END = "}\n";
    private static final String SUFFIX = ".json";

    private final Path folder;

    RecordFiles(Path folder) {
        this.folder = folder;
    }

    /** @throws IllegalArgumentException if it is no kind of records */
    static void requireKind(String kind) {
        RecordKey unused = new RecordKey(kind, "any");
    }

    /** One record; {@linkplain StoredRecord#unreadable unreadable} if its file is damaged. */
    Optional<StoredRecord> read(RecordKey key) throws IOException {
        Path file = file(key);
        try {
            return PrivateFiles.read(file).map(content -> parse(key, content));
        } catch (FileNotFoundException e) {
            if (Files.isRegularFile(file) && Files.isReadable(file)) {
                throw e; // Nothing is wrong with this file: the process has too many open.
            }
            return Optional.of(StoredRecord.unreadable(key, ""));
        } catch (IOException e) {
            return Optional.of(StoredRecord.unreadable(key, ""));
        }
    }

    /** All records of a kind by name, each as of the moment when it was read. */
    Map<String, StoredRecord> list(String kind) throws IOException {
        Map<String, StoredRecord> records = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve(kind))) {
            for (Path file : files) {
                Optional<RecordKey> key = key(kind, file.getFileName().toString());
                if (key.isPresent()) {
                    read(key.get()).ifPresent(found -> records.put(found.key().name(), found));
                }
            }
        } catch (NoSuchFileException e) {
            return records; // No record of that kind was ever written.
        }
        return records;
    }

    /** Whether no record was ever written. */
    boolean isEmpty() throws IOException {
        try (DirectoryStream<Path> kinds = Files.newDirectoryStream(folder)) {
            return !kinds.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /** Writes a record, not durably. Needs the lock. */
    void write(StoredRecord kept) throws IOException {
        Path file = file(kept.key());
        byte[] content = (START + kept.revision() + MIDDLE + kept.json() + END).getBytes(StandardCharsets.UTF_8);
        Path temporary = temporary(file);
        try {
            PrivateFiles.replace(file, content, temporary, false);
        } catch (NoSuchFileException e) {
            PrivateFiles.createFolder(PrivateFiles.folderOf(file));
            PrivateFiles.replace(file, content, temporary, false);
        }
    }

    /** Deletes a record, if it exists, and what a writer left that died. Needs the lock. */
    void delete(RecordKey key) throws IOException {
        Files.deleteIfExists(file(key));
        Files.deleteIfExists(temporary(file(key)));
    }

    /** One is enough: one process has the lock. */
    private static Path temporary(Path file) {
        return file.resolveSibling("write.tmp");
    }

    private Path file(RecordKey key) {
        return folder.resolve(key.kind()).resolve(key.name() + SUFFIX);
    }

    private static Optional<RecordKey> key(String kind, String fileName) {
        if (!fileName.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RecordKey(kind, fileName.substring(0, fileName.length() - SUFFIX.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Nothing that this store could have written.
        }
    }

    private static StoredRecord parse(RecordKey key, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        int middle = text.indexOf(MIDDLE);
        if (text.startsWith(START) && middle > 0 && text.endsWith(END)) {
            String json = text.substring(middle + MIDDLE.length(), text.length() - END.length());
            Optional<Long> revision = revision(text.substring(START.length(), middle));
            if (revision.isPresent() && JsonText.isObject(json)) {
                return new StoredRecord(key, revision.get(), json);
            }
        }
        return StoredRecord.unreadable(key, text);
    }

    private static Optional<Long> revision(String digits) {
        try {
            long revision = Long.parseLong(digits);
            return revision > 0 && revision < StoredRecord.UNREADABLE ? Optional.of(revision) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
