package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.StoreException;
import dev.allocator.spi.Store.Change;
import dev.allocator.spi.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What secrets, history and closing promise. */
abstract class SecretAndHistoryPromises extends RecordPromises {

    /** {@code Store.putBlob} and the others: secrets by name, any bytes, replaced and deleted. */
    @Test
    protected void secretsAreKeptByName() throws Exception {
        byte[] secret = "s\0é\n".getBytes(StandardCharsets.UTF_8);
        store.putBlob("key.1-a", secret);
        store.putBlob("another", new byte[0]);
        store.putBlob("x".repeat(200), new byte[100_000]);
        assertThat(other.getBlob("key.1-a")).hasValue(secret);
        assertThat(other.getBlob("another")).hasValue(new byte[0]);
        assertThat(other.getBlob("none")).isEmpty();
        assertThat(other.blobs()).containsExactlyInAnyOrder("another", "key.1-a", "x".repeat(200));

        other.putBlob("key.1-a", new byte[] {1});
        assertThat(store.getBlob("key.1-a")).hasValue(new byte[] {1});
        store.deleteBlob("key.1-a");
        store.deleteBlob("key.1-a");
        assertThat(other.getBlob("key.1-a")).isEmpty();
        assertThat(other.blobs()).hasSize(2);
    }

    /** {@code Store.putBlob}: 1 to 200 letters, digits, dots and dashes. */
    @Test
    protected void otherNamesOfSecretsAreRefused() throws Exception {
        for (String name : List.of("", ".", "..", "a/b", "../a", "a b", "x".repeat(201), "a\0", "ä")) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> store.putBlob(name, new byte[1]));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> store.getBlob(name));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> store.deleteBlob(name));
        }
        assertThat(store.blobs()).isEmpty();
    }

    /** {@code Store.history}: the lines since then, oldest first, kept at least seven days. */
    @Test
    protected void historyIsToldFromAMomentOnOldestFirst() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        store.appendHistory(now, "{\"n\":3}");
        other.appendHistory(now.minus(6, ChronoUnit.DAYS), "{\"n\":1}");
        store.appendHistory(now.minus(1, ChronoUnit.HOURS), "{\"n\":2}");

        assertThat(other.history(now.minus(7, ChronoUnit.DAYS))).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
        assertThat(store.history(Instant.MIN)).hasSize(3);
        assertThat(store.history(now.minus(1, ChronoUnit.HOURS))).containsExactly("{\"n\":2}", "{\"n\":3}");
        assertThat(store.history(now.plusMillis(1))).isEmpty();
    }

    /** {@code Store.appendHistory}: one line. */
    @Test
    protected void historyTakesSingleLinesOnly() throws Exception {
        for (String text : List.of("", "x", "{\n}", "{}\n", "{}\r")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> store.appendHistory(Instant.now(), text));
        }
        assertThat(store.history(Instant.EPOCH)).isEmpty();
    }

    /** {@code Store.close}: whoever uses it afterwards gets a {@code StoreException}; closing again is harmless. */
    @Test
    protected void aClosedStoreSaysSo() throws Exception {
        List<Change> changes = new CopyOnWriteArrayList<>();
        store.watch("lease", changes::add);
        store.close();
        store.close();
        List<Callable<Object>> calls = List.of(
                () -> store.commit(Transaction.builder().put(ONE, "{}").build()),
                () -> store.get(ONE),
                () -> store.list("lease"),
                () -> store.watch("lease", changes::add),
                () -> store.getBlob("b"),
                store::blobs,
                () -> store.history(Instant.EPOCH));
        for (Callable<Object> call : calls) {
            assertThatThrownBy(call::call).isInstanceOf(StoreException.class).hasMessageContaining("closed");
        }
        assertThatThrownBy(() -> store.putBlob("b", new byte[1])).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.deleteBlob("b")).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.appendHistory(Instant.now(), "{}")).isInstanceOf(StoreException.class);
        assertThat(changes).isEmpty();
    }
}
