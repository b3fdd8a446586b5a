package dev.allocator.core.store;

import dev.allocator.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/**
 * What a store finds in its surroundings.
 *
 * @param clock tells which days of history are past
 * @param boot names this run of the operating system
 * @param checkpointBytes how long the journal becomes before a checkpoint
 * @param writeLimit how long a write may take, waiting for other processes included
 * @param closeLimit how long closing waits for writes under way
 */
record FileStoreOptions(
        InstantSource clock, String boot, long checkpointBytes, Duration writeLimit, Duration closeLimit) {

    private static final long CHECKPOINT_BYTES = 1 << 20;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    static FileStoreOptions ofSystem() {
        return new FileStoreOptions(
                InstantSource.system(), currentBoot(), CHECKPOINT_BYTES, Duration.ofSeconds(30), Duration.ofSeconds(5));
    }

    /** Where the system does not tell, each store takes the others' marks for those of another boot. */
    private static String currentBoot() {
        try {
            Optional<byte[]> id = PrivateFiles.read(BOOT_ID);
            return id.map(text -> new String(text, StandardCharsets.US_ASCII).strip())
                    .orElseGet(() -> UUID.randomUUID().toString());
        } catch (IOException e) {
            throw new StoreException("cannot read " + BOOT_ID + ": " + e.getMessage(), e);
        }
    }
}
