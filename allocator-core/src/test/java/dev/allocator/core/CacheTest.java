package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.AllocatorException;
import dev.allocator.CacheEntry;
import dev.allocator.DataSize;
import dev.allocator.spi.ProviderException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What providers keep in the cache, as programs see it. */
class CacheTest extends ScriptedEngine {

    private static CacheEntry entry(String name, int mebibytes, boolean inUse) {
        return new CacheEntry(
                name,
                Path.of("/cache", name),
                DataSize.ofMebibytes(mebibytes),
                Instant.parse("2029-12-31T00:00:00Z"),
                inUse);
    }

    @Test
    void whatInstancesShareIsThereOnceAndTheLargestFirst() {
        provider.cache.add(entry("small", 1, false));
        provider.cache.add(entry("large", 3, true));
        Allocator allocator = open(options()
                .provider("one", "scripted", Map.of())
                .provider("two", "scripted", Map.of())
                .provider("gone", "of-no-plugin", Map.of()));

        assertThat(allocator.cache()).extracting(CacheEntry::name).containsExactly("large", "small");
        assertThat(allocator.cacheDirectory()).isEqualTo(folder.resolve(".cache/allocator"));
    }

    @Test
    void pruningTellsProvidersTheTimeAndWhatWasRemoved() {
        provider.cache.add(entry("used", 3, true));
        provider.cache.add(entry("old", 2, false));
        Allocator allocator = open(options().provider("one", "scripted", Map.of()));

        assertThat(allocator.pruneCache(Duration.ofDays(2))).isEmpty();
        assertThat(allocator.pruneCache(Duration.ofHours(12)))
                .extracting(CacheEntry::name)
                .containsExactly("old");
        assertThat(allocator.cache()).extracting(CacheEntry::name).containsExactly("used");
    }

    @Test
    void aProviderThatCannotSayIsNamed() {
        provider.cacheFailure = new ProviderException("the disk is on fire");
        Allocator allocator = open(options().provider("one", "scripted", Map.of()));

        assertThatThrownBy(allocator::cache)
                .isInstanceOf(AllocatorException.class)
                .hasMessage("provider 'one' cannot tell what is in the cache: the disk is on fire");
        assertThatThrownBy(() -> allocator.pruneCache(Duration.ZERO))
                .hasMessage("provider 'one' cannot clear the cache: the disk is on fire");
    }
}
