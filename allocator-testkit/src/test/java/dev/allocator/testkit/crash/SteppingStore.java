package dev.allocator.testkit.crash;

import dev.allocator.RealmId;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A store each of whose durable writes is a step. */
record SteppingStore(Store store, Steps steps) implements Store {

    private static final Pattern STATE = Pattern.compile("\"state\":\"([a-z]+)\"");

    private <T> T step(String name, Callable<T> action) {
        try {
            return steps.step(name, action);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean commit(Transaction transaction) {
        String changes = transaction.changes().entrySet().stream()
                .map(change -> describe(change.getKey(), change.getValue()))
                .collect(Collectors.joining(", "));
        return step("commit " + changes, () -> store.commit(transaction));
    }

    private static String describe(RecordKey key, Optional<String> json) {
        if (json.isEmpty()) {
            return "-" + key.kind();
        }
        Matcher state = STATE.matcher(json.get());
        return key.kind()
                + (state.find() ? " " + state.group(1) + (json.get().contains("\"owner\"") ? "" : " detached") : "");
    }

    @Override
    public void putBlob(String name, byte[] content) {
        step("putBlob", () -> {
            store.putBlob(name, content);
            return name;
        });
    }

    @Override
    public void deleteBlob(String name) {
        step("deleteBlob", () -> {
            store.deleteBlob(name);
            return name;
        });
    }

    @Override
    public void appendHistory(Instant at, String json) {
        step("appendHistory", () -> {
            store.appendHistory(at, json);
            return json;
        });
    }

    @Override
    public RealmId realm() {
        return store.realm();
    }

    @Override
    public Optional<StoredRecord> get(RecordKey key) {
        return store.get(key);
    }

    @Override
    public List<StoredRecord> list(String kind) {
        return store.list(kind);
    }

    @Override
    public Watch watch(String kind, Consumer<Change> listener) {
        return store.watch(kind, listener);
    }

    @Override
    public Optional<byte[]> getBlob(String name) {
        return store.getBlob(name);
    }

    @Override
    public List<String> blobs() {
        return store.blobs();
    }

    @Override
    public List<String> history(Instant since) {
        return store.history(since);
    }

    @Override
    public void close() {
        store.close();
    }
}
