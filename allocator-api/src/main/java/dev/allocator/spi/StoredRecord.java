package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A record as it is stored.
 *
 * @param key its name
 * @param revision grows with every change of the store; more than 0
 * @param json its content: one JSON object
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record StoredRecord(RecordKey key, long revision, String json) {}
