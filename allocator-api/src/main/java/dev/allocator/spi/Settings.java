package dev.allocator.spi;

import dev.allocator.DataSize;
import dev.allocator.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Settings that were checked against a {@link SettingsSchema}. Asking for a key that the schema lacks, or with another
 * kind than it has there, is an {@link IllegalArgumentException}.
 */
@API(status = Status.MAINTAINED, since = "0.1")
public interface Settings {

    /** The text of a {@code STRING}. */
    Optional<String> string(String name);

    /** The secret of a {@code SECRET}. */
    Optional<Secret> secret(String name);

    /** The value of a {@code BOOLEAN}. */
    Optional<Boolean> bool(String name);

    /** The number of an {@code INTEGER}. */
    Optional<Long> integer(String name);

    /** The size of a {@code SIZE}. */
    Optional<DataSize> size(String name);

    /** The duration of a {@code DURATION}. */
    Optional<Duration> duration(String name);

    /** The texts of a {@code LIST}; empty if the key is missing. */
    List<String> list(String name);

    /** The keys and texts of a {@code MAP}; empty if the key is missing. */
    Map<String, String> map(String name);

    /** The maps of {@code MAPS} by name, in the order in which they were written; empty if the key is missing. */
    Map<String, Map<String, String>> maps(String name);

    /** The section of a {@code SECTION}. */
    Optional<Settings> section(String name);

    /** The sections of {@code SECTIONS} by name, in the order in which they were written; empty if the key is missing. */
    Map<String, Settings> sections(String name);

    /** Where a key's value was written, or where the whole was if the key is missing. */
    Location location(String name);
}
