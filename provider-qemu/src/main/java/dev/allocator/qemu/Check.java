package dev.allocator.qemu;

import dev.allocator.spi.ProviderException;

/** Is asked again and again by who waits. */
interface Check {

    /**
     * Looks whether it is still needed.
     *
     * @throws ProviderException if waiting has become pointless
     */
    void run() throws ProviderException;
}
