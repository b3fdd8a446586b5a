package dev.allocator;

import java.nio.file.Path;
import java.time.Instant;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * One thing in the cache, such as a downloaded image or the part of one.
 *
 * @param name what it is, for people, such as {@code debian:12 (x86_64)}
 * @param path where it is; unique
 * @param size what it takes on the disk
 * @param lastUsed when a machine was last made of it, or when it was downloaded
 * @param inUse whether a machine or a download needs it now, so that it is not removed
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record CacheEntry(String name, Path path, DataSize size, Instant lastUsed, boolean inUse) {}
