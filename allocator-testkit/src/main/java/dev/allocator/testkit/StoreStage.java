package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.core.machine.SettingsJson;
import dev.allocator.spi.Location;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoreFactory;
import dev.allocator.spi.Transaction;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the author of a store tells its contract, and the stores that the promises ask. */
abstract class StoreStage {

    static final Logger LOG = LoggerFactory.getLogger("dev.allocator.testkit.StoreContract");

    static final RecordKey ONE = new RecordKey("lease", "one");
    static final RecordKey TWO = new RecordKey("lease", "two");

    @TempDir
    Path temporary;

    /** An empty store at the beginning of each test. */
    Store store;

    /** Another view of it, as another process has it, or the same if it is not {@link #shared()}. */
    Store other;

    /**
     * A new factory. For what happens in another JVM its class needs a constructor without parameters.
     */
    protected abstract StoreFactory factory();

    /** The settings, as they would stand in a configuration file; none unless overridden. */
    protected Map<String, Object> settings() {
        return Map.of();
    }

    /** An empty folder of the test's own, in which the store gets its state directory. */
    protected final Path folder() {
        return temporary;
    }

    /** Whether stores with the same settings and folder hold the same records, also in other processes; true unless overridden. */
    protected boolean shared() {
        return true;
    }

    /**
     * Damages a record from outside, so that the store cannot read it.
     *
     * @return whether there is a way; false unless overridden
     */
    protected boolean damage(RecordKey key) throws Exception {
        return false;
    }

    @BeforeEach
    void openStores() {
        store = open();
        other = shared() ? open() : store;
    }

    @AfterEach
    void closeStores() {
        store.close();
        other.close();
    }

    Path state() {
        return folder().resolve("state");
    }

    Store open() {
        return open(factory(), settings(), state());
    }

    static Store open(StoreFactory factory, Map<String, Object> settings, Path state) {
        Location location = new Location("the contract's settings()", 0, 0);
        CheckedSettings checked = SettingsReader.read(
                new SettingsReader.Section(
                        "store '" + factory.type() + "'",
                        location,
                        SettingsJson.read(new ObjectMapper().valueToTree(settings), location)),
                factory.settings());
        return factory.open(checked, state);
    }

    static long put(Store store, RecordKey key, String json) {
        assertThat(store.commit(Transaction.builder().put(key, json).build()))
                .as("a transaction without conditions is applied")
                .isTrue();
        return store.get(key).orElseThrow().revision();
    }

    static TestAbortedException notChecked(String why) {
        LOG.warn("not checked: {}", why);
        return new TestAbortedException("not checked: " + why);
    }
}
