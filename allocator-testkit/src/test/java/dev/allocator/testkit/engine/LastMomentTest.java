package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.CleanupRequest;
import dev.allocator.Lease;
import dev.allocator.LeaseInfo;
import dev.allocator.core.WrappedStoreEngine;
import dev.allocator.spi.Store;
import dev.allocator.spi.Transaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Leases that are kept or renewed after somebody has read that they are over, and before that is written down. */
final class LastMomentTest extends EngineTest {

    /** What is done then, once. */
    private final AtomicReference<Runnable> lastMoment = new AtomicReference<>(() -> {});

    private Allocator openWatched() {
        return WrappedStoreEngine.open(options(demo().build()).build(), this::watched);
    }

    @Test
    void keptWhileItsAllocatorCloses() {
        Allocator owner = openWatched();
        Lease lease = owner.allocate("demo");
        lastMoment.set(() -> lease.keep(Duration.ofHours(1)));
        owner.close();
        assertGoesOn(lease);
    }

    @Test
    void keptWhileItIsClosed() {
        try (Allocator owner = openWatched()) {
            Lease lease = owner.allocate("demo");
            lastMoment.set(() -> lease.keep(Duration.ofHours(1)));
            lease.close();
            assertGoesOn(lease);
            assertThat(lease.exec("true").succeeded()).isTrue();
        }
    }

    @Test
    void discardedByName() {
        try (Allocator owner = openWatched()) {
            Lease lease = owner.allocate("demo");
            lastMoment.set(() -> lease.keep(Duration.ofHours(1)));
            lease.discard();
            assertNothingLeft();
        }
    }

    @Test
    void renewedWhileACleanUpFindsItExpired() {
        Instant start = Instant.now();
        now.set(start);
        Allocator other = open(demo().build());
        Lease lease = other.allocate("demo");
        lease.keep(Duration.ofHours(1));
        now.set(start.plus(Duration.ofHours(1)));
        try (Allocator cleaner = openWatched()) {
            lastMoment.set(() -> lease.renew(Duration.ofHours(1)));
            assertThat(cleaner.cleanup(CleanupRequest.everything()).entries())
                    .noneMatch(entry -> entry.subject().contains(lease.id().value()));
            assertGoesOn(lease);
            now.set(start.plus(Duration.ofHours(3)));
            cleaner.cleanup(CleanupRequest.everything());
            assertNothingLeft();
        }
    }

    /** Detached, with a time, by which it then ends. */
    private void assertGoesOn(Lease lease) {
        Allocator other = open(demo().build());
        LeaseInfo info = other.lease(lease.id()).orElseThrow().info();
        assertThat(info.attached()).isFalse();
        assertThat(info.expires()).isPresent();
        assertThat(host.machines()).hasSize(1);
        assertThat(files("blobs")).isNotEmpty();
    }

    private Store watched(Store store) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof Transaction change && ends(change)) {
                        lastMoment.getAndSet(() -> {}).run();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean ends(Transaction change) {
        return change.changes().values().stream()
                .flatMap(Optional::stream)
                .anyMatch(record -> record.contains("\"state\":\"ending\""));
    }
}
