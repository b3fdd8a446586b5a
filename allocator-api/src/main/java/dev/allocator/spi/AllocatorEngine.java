package dev.allocator.spi;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import java.util.ServiceLoader;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What {@link Allocator#open(AllocatorOptions)} finds by {@link ServiceLoader}: allocator-core. */
@API(status = Status.INTERNAL, since = "0.1")
public interface AllocatorEngine {

    /** Opens an allocator, as {@link Allocator#open(AllocatorOptions)} describes. */
    Allocator open(AllocatorOptions options);

    /**
     * Finds the engine.
     *
     * @throws IllegalStateException if there is none
     */
    static AllocatorEngine load(ClassLoader loader) {
        return ServiceLoader.load(AllocatorEngine.class, loader)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "no allocator engine found: add dev.allocator:allocator-core, or a provider, to the class path"));
    }
}
