package dev.allocator.testkit.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.core.store.FileStoreFactory;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A state directory in git, as some version of the library wrote it. */
final class RecordedState {

    /** Every kind of record. */
    private static final List<String> KINDS = List.of("lease", "machine", "address", "place");

    /** Fields whose content has names of its users' choice. */
    private static final Set<String> MAPS =
            Set.of("labels", "networks", "attributes", "phases", "settings", "ref", "claims");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private RecordedState() {}

    /** Puts a recorded one where an allocator can use it. */
    static void restore(Path recorded, Path state) throws IOException {
        try (Stream<Path> files = Files.walk(recorded)) {
            for (Path file : files.toList()) {
                Path target = state.resolve(recorded.relativize(file).toString());
                boolean folder = Files.isDirectory(file);
                Files.copy(file, target);
                Set<PosixFilePermission> mine = PosixFilePermissions.fromString(folder ? "rwx------" : "rw-------");
                Files.setPosixFilePermissions(target, mine);
            }
        }
    }

    /**
     * Writes all that a store has into another one, whose folder is to be put into git.
     *
     * @param anonymous hides what is of this host
     */
    static void record(Store from, Path folder, UnaryOperator<String> anonymous) throws IOException {
        try (Store to = new FileStoreFactory().open(new NoSettings(), folder)) {
            Transaction.Builder all = Transaction.builder();
            for (StoredRecord record : records(from)) {
                all.put(record.key(), anonymous.apply(record.json()));
            }
            to.commit(all.build());
            for (String blob : from.blobs()) {
                String text = new String(from.getBlob(blob).orElseThrow(), StandardCharsets.UTF_8);
                to.putBlob(blob, anonymous.apply(text).getBytes(StandardCharsets.UTF_8));
            }
            for (String line : from.history(Instant.EPOCH)) {
                to.appendHistory(OldRecordsTest.WRITTEN, anonymous.apply(line));
            }
        }
        Files.delete(folder.resolve("lock"));
        Files.delete(folder.resolve("applied")); // which holds for one boot of one host
        Path realm = folder.resolve("realm.json");
        Files.writeString(realm, anonymous.apply(Files.readString(realm)));
    }

    private static List<StoredRecord> records(Store store) {
        return KINDS.stream().flatMap(kind -> store.list(kind).stream()).toList();
    }

    /** The names of all fields, each with the kind of record and the fields that it is in. */
    static Set<String> fields(Store store) throws IOException {
        Set<String> fields = new TreeSet<>();
        for (StoredRecord record : records(store)) {
            add(record.key().kind(), MAPPER.readTree(record.json()), fields);
        }
        for (String blob : store.blobs()) {
            String kind = "blob " + blob.substring(0, blob.indexOf('-'));
            add(kind, MAPPER.readTree(store.getBlob(blob).orElseThrow()), fields);
        }
        for (String line : store.history(Instant.EPOCH)) {
            add("history", MAPPER.readTree(line), fields);
        }
        return fields;
    }

    private static void add(String path, JsonNode node, Set<String> fields) {
        if (node.isValueNode()) {
            fields.add(path);
        }
        node.properties().forEach(field -> {
            String inner = path + "." + field.getKey();
            if (MAPS.contains(field.getKey())) {
                fields.add(inner);
            } else {
                add(inner, field.getValue(), fields);
            }
        });
        if (node.isArray()) {
            node.forEach(element -> add(path + "[]", element, fields));
        }
    }
}
