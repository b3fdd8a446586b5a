package dev.allocator.core.machine;

import dev.allocator.AllocatorException;
import dev.allocator.CacheEntry;
import dev.allocator.core.profile.ProviderInstance;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all providers keep in the cache; instances of one type keep the same. */
public final class Cache {

    private static final Logger LOG = LoggerFactory.getLogger(Cache.class);

    private final Providers providers;

    /** Over the providers that are configured, and those that need no configuration. */
    public Cache(Providers providers) {
        this.providers = providers;
    }

    /** Asks one provider after the other. */
    private interface Question {
        List<CacheEntry> ask(Provider provider) throws ProviderException;
    }

    /**
     * All entries, the largest first.
     *
     * @throws AllocatorException if a provider cannot say
     */
    public List<CacheEntry> entries() {
        return all("tell what is in the cache", Provider::cache);
    }

    /**
     * Removes what is not in use and was not used since a time.
     *
     * @throws AllocatorException if something could not be removed; the other providers' was nevertheless
     */
    public List<CacheEntry> prune(Instant unusedSince) {
        return all("clear the cache", provider -> provider.pruneCache(unusedSince));
    }

    private List<CacheEntry> all(String what, Question question) {
        Map<Path, CacheEntry> entries = new LinkedHashMap<>();
        AllocatorException failure = null;
        for (ProviderInstance instance : providers.configured().values()) {
            Optional<Provider> provider = open(instance);
            if (provider.isEmpty()) {
                continue;
            }
            try {
                question.ask(provider.get()).forEach(entry -> entries.putIfAbsent(entry.path(), entry));
            } catch (ProviderException e) {
                AllocatorException failed = new AllocatorException(
                        "provider '" + instance.name() + "' cannot " + what + ": " + e.getMessage(), e);
                if (failure == null) {
                    failure = failed;
                } else {
                    failure.addSuppressed(failed);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return entries.values().stream()
                .sorted(Comparator.comparing(CacheEntry::size).reversed())
                .toList();
    }

    /** One that cannot be opened, as its plugin is missing say, makes nothing, and keeps nobody from the rest. */
    private Optional<Provider> open(ProviderInstance instance) {
        try {
            return Optional.of(providers.get(instance));
        } catch (ProviderException e) {
            LOG.debug("not asked about the cache", e);
            return Optional.empty();
        }
    }
}
