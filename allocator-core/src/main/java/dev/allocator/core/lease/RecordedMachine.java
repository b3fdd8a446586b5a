package dev.allocator.core.lease;

import dev.allocator.MachineId;
import dev.allocator.StoreException;
import dev.allocator.core.machine.Providers;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;

/**
 * A machine as its record tells how to find it. Its provider is opened when it is first asked.
 *
 * @param id which machine
 */
public record RecordedMachine(MachineId id, Leases leases, Providers providers, Store store) {

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
