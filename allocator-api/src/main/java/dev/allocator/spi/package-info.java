/**
 * What plugins implement: {@linkplain dev.allocator.spi.ProviderFactory providers} of machines,
 * {@linkplain dev.allocator.spi.StoreFactory stores} of records and {@linkplain dev.allocator.spi.ProfileSource
 * sources} of profiles. All are found by {@link java.util.ServiceLoader}.
 *
 * <p>A provider creates, destroys, lists and checks machines, nothing else: readiness, log-in, setup steps,
 * deadlines, leases and retries belong to the engine.
 */
@NullMarked
package dev.allocator.spi;

import org.jspecify.annotations.NullMarked;
