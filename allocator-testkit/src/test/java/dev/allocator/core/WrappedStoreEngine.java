package dev.allocator.core;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.spi.Store;
import java.util.function.UnaryOperator;

/** Opens an allocator over its usual store, with something in between. */
public final class WrappedStoreEngine {

    private WrappedStoreEngine() {}

    /** As {@link CoreEngine} does. */
    public static Allocator open(AllocatorOptions options, UnaryOperator<Store> wrapper) {
        return CoreEngine.open(options, EngineParts.usual().wrapper(wrapper));
    }
}
