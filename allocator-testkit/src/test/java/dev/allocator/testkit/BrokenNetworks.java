package dev.allocator.testkit;

import dev.allocator.HostAndPort;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.NetworkCard;
import dev.allocator.spi.ProviderException;

/** The in-process provider with one bug each in its networks or its forwarded ports. */
final class BrokenNetworks {

    private BrokenNetworks() {}

    static class OneCard extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            Machine machine = super.create(plan, creation);
            return machine.toBuilder()
                    .networks(machine.networks().stream()
                            .map(card -> new NetworkCard(card.network(), card.mac(), "127.9.9.9", 24))
                            .toList())
                    .build();
        }
    }

    static class KeepsPorts extends Bug {
        @Override
        public void unforward(MachineRef ref, HostAndPort address) {}
    }

    static class MissesTheMachine extends Bug {
        @Override
        public void unforward(MachineRef ref, HostAndPort address) throws ProviderException, InterruptedException {
            if (check(ref).state() == MachineHealth.State.GONE) {
                throw new ProviderException("there is no machine " + ref.machine());
            }
            super.unforward(ref, address);
        }
    }
}
