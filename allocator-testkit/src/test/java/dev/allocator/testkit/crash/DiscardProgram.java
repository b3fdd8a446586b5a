package dev.allocator.testkit.crash;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import java.nio.file.Path;

/** Discards the lease at an address. Arguments: the state directory and the address. */
final class DiscardProgram {

    private DiscardProgram() {}

    public static void main(String[] arguments) {
        try (Allocator allocator = Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(Path.of(arguments[0]))
                .build())) {
            allocator.leaseAt(arguments[1]).orElseThrow().discard();
        }
    }
}
