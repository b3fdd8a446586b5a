package dev.allocator.event;

import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Something that happened in an allocator. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public interface AllocatorEvent {
    /** When it happened. */
    Instant at();
}
