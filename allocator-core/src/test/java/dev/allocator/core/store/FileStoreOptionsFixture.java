package dev.allocator.core.store;

import java.time.Duration;
import java.time.Instant;

/** Surroundings of a store to choose from. */
final class FileStoreOptionsFixture {

    private FileStoreOptionsFixture() {}

    static FileStoreOptions checkpointAt(long bytes) {
        FileStoreOptions system = FileStoreOptions.ofSystem();
        return new FileStoreOptions(system.clock(), system.boot(), bytes, system.writeLimit(), system.closeLimit());
    }

    static FileStoreOptions afterBoot(String boot) {
        FileStoreOptions system = FileStoreOptions.ofSystem();
        return new FileStoreOptions(
                system.clock(), boot, system.checkpointBytes(), system.writeLimit(), system.closeLimit());
    }

    static FileStoreOptions at(Instant now) {
        FileStoreOptions system = FileStoreOptions.ofSystem();
        return new FileStoreOptions(
                () -> now, system.boot(), system.checkpointBytes(), system.writeLimit(), system.closeLimit());
    }

    static FileStoreOptions impatient() {
        FileStoreOptions system = FileStoreOptions.ofSystem();
        Duration limit = Duration.ofMillis(200);
        return new FileStoreOptions(system.clock(), system.boot(), system.checkpointBytes(), limit, limit);
    }
}
