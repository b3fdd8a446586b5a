package dev.allocator.core.store;

import dev.allocator.spi.RecordKey;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A program that uses a store, for tests that need another process. */
public final class StoreProcess {

    static final RecordKey COUNTER = new RecordKey("lease", "counter");
    static final RecordKey MIRROR = new RecordKey("machine", "mirror");

    private StoreProcess() {}

    /** Runs {@code increment FOLDER TIMES} or {@code hold FOLDER}. */
    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        Path folder = Path.of(args[1]);
        switch (args[0]) {
            case "increment" -> increment(folder, Integer.parseInt(args[2]));
            case "hold" -> hold(folder, out);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    static Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StoreProcess.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Adds one to the counter, so many times. */
    static void increment(Path folder, int times) {
        try (FileStore store = FileStore.open(folder)) {
            for (int i = 0; i < times; i++) {
                while (!incrementOnce(store)) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    static int value(StoredRecord found) {
        return Integer.parseInt(found.json().replaceAll("\\D", ""));
    }

    /** Holds the store's lock until its input ends. */
    private static void hold(Path folder, PrintStream out) throws IOException {
        try (FileChannel lock = FileChannel.open(folder.resolve("lock"), StandardOpenOption.WRITE)) {
            lock.lock();
            out.println("held");
            new InputStreamReader(System.in, java.nio.charset.StandardCharsets.UTF_8).read();
        }
    }

    private static boolean incrementOnce(FileStore store) {
        StoredRecord found = store.get(COUNTER).orElseThrow();
        return store.commit(Transaction.builder()
                .ifRevision(COUNTER, found.revision())
                .put(COUNTER, "{\"n\":" + (value(found) + 1) + "}")
                .build());
    }
}
