package dev.allocator.cli;

import dev.allocator.AllocationFailure;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.Phase;
import dev.allocator.ProvisioningException;
import dev.allocator.Secret;
import dev.allocator.spi.AllocatorEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Stands in for the engine in an installed copy of the program: {@code broken} cannot be allocated, {@code slow} is
 * never ready, anything else is at once. What is called goes to the file that {@code FAKE_LOG} names.
 */
public final class FakeEngine implements AllocatorEngine {

    @Override
    public Allocator open(AllocatorOptions options) {
        Path log = Path.of(options.environment().getOrDefault("FAKE_LOG", "/dev/null"));
        FakeAllocator allocator = new FakeAllocator();
        allocator.calls = new Log(log);
        allocator.behaviour = request -> allocate(allocator, request);
        System.out.println("a library that prints");
        return allocator;
    }

    private static CompletableFuture<Lease> allocate(FakeAllocator allocator, AllocationRequest request) {
        request.credentials()
                .ifPresent(it -> allocator.calls.add(
                        it.user() + ":" + it.password().map(Secret::reveal).orElse("")));
        return switch (request.profile()) {
            case "broken" ->
                CompletableFuture.failedFuture(new ProvisioningException(
                        AllocationFailure.builder("broken", Phase.CREATE, "no such\nimage")
                                .consoleTail(List.of("the console"))
                                .build(),
                        null));
            case "slow" -> new CompletableFuture<>();
            default ->
                CompletableFuture.completedFuture(
                        allocator.lease("11111111-2222-4333-8444-555555555555", "127.0.0.1:40123"));
        };
    }

    /** A list that writes each element to a file at once. */
    private static final class Log extends AbstractList<String> {
        private final Path file;

        Log(Path file) {
            this.file = file;
        }

        @Override
        public boolean add(String call) {
            try {
                Files.writeString(file, call + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String get(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public int size() {
            return 0;
        }
    }
}
