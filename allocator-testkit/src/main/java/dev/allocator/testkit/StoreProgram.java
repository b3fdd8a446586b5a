package dev.allocator.testkit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoreFactory;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Uses a store in a JVM of its own. */
final class StoreProgram {

    static final RecordKey COUNTER = new RecordKey("lease", "counter");
    static final RecordKey MIRROR = new RecordKey("machine", "mirror");

    /** How many records a writer has about, besides the counters; each commit adds one and deletes one. */
    static final int RING = 7;

    private StoreProgram() {}

    static List<String> increment(StoreFactory factory, Map<String, Object> settings, Path state, int times)
            throws Exception {
        return List.of(
                factory.getClass().getName(),
                new ObjectMapper().writeValueAsString(settings),
                state.toString(),
                Integer.toString(times));
    }

    static List<String> endless(StoreFactory factory, Map<String, Object> settings, Path state) throws Exception {
        return increment(factory, settings, state, 0);
    }

    /** Takes {@link #increment} or {@link #endless}. */
    public static void main(String[] arguments) throws Exception {
        StoreFactory factory = ForkedJvm.instance(arguments[0], StoreFactory.class);
        Map<String, Object> settings = new ObjectMapper().readValue(arguments[1], new TypeReference<>() {});
        int times = Integer.parseInt(arguments[3]);
        try (Store store = StoreStage.open(factory, settings, Path.of(arguments[2]))) {
            for (int i = 0; i < times; i++) {
                increment(store, COUNTER);
            }
            if (times == 0) {
                endless(store);
            }
        }
    }

    /** Adds one to a number that others add to at the same time. */
    static void increment(Store store, RecordKey key) {
        boolean done = false;
        while (!done) {
            StoredRecord found = store.get(key).orElseThrow();
            done = store.commit(Transaction.builder()
                    .ifRevision(key, found.revision())
                    .put(key, number(number(found) + 1))
                    .build());
        }
    }

    /** Counts in two records at once, with a secret and a line of history for each number; says how far it is. */
    private static void endless(Store store) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (int n = store.get(COUNTER).map(StoreProgram::number).orElse(0) + 1; ; n++) {
            store.putBlob("secret-" + n % RING, number(n).getBytes(StandardCharsets.UTF_8));
            store.appendHistory(Instant.now(), number(n));
            store.commit(Transaction.builder()
                    .put(COUNTER, number(n))
                    .put(MIRROR, number(n))
                    .put(new RecordKey("lease", "n" + n % RING), number(n))
                    .delete(new RecordKey("lease", "n" + (n + 1) % RING))
                    .build());
            out.println(n);
        }
    }

    static String number(int n) {
        return "{\"n\":" + n + "}";
    }

    static int number(StoredRecord found) {
        return Integer.parseInt(found.json().replaceAll("\\D", ""));
    }
}
