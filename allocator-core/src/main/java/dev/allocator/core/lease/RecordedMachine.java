package dev.allocator.core.lease;

import dev.allocator.MachineId;
import dev.allocator.StoreException;
import dev.allocator.core.machine.Providers;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine as its record tells how to find it. Its provider is opened when it is first asked.
 *
 * @param id which machine
 */
public record RecordedMachine(MachineId id, Leases leases, Providers providers, Store store) {

    private static final Logger LOG = LoggerFactory.getLogger(RecordedMachine.class);

    /** What its provider knows it by. */
    public MachineRef ref() throws ProviderException {
        return machine().ref();
    }

    /** Its provider, with the settings that it was made by. */
    public Provider provider() throws ProviderException {
        return providers.get(machine().instance(store));
    }

    /**
     * Looks at it.
     *
     * @throws ProviderException if that cannot be known
     */
    public MachineHealth check() throws ProviderException {
        return provider().check(ref());
    }

    /** Has its logs saved that are not files anyway; what comes of it is there or not. */
    void saveLogs() {
        try {
            provider().saveLogs(ref());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ProviderException | RuntimeException e) {
            LOG.debug("the logs of {} were not saved", this, e);
        }
    }

    private MachineRecord machine() throws ProviderException {
        try {
            return leases.machine(id)
                    .orElseThrow(() -> new ProviderException("there is no record any more of machine " + id));
        } catch (StoreException e) {
            throw new ProviderException(ProviderException.Kind.RETRYABLE, String.valueOf(e.getMessage()), e);
        }
    }

    /** Without the settings of providers, some of which are secret. */
    @Override
    public String toString() {
        return "machine " + id;
    }
}
