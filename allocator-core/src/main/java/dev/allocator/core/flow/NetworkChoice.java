package dev.allocator.core.flow;

import dev.allocator.AllocationRequest;
import dev.allocator.core.profile.NetworkName;
import dev.allocator.core.profile.ResolvedProfile;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.util.Optional;

/** Which network a machine joins: the request's, else the profile's. */
final class NetworkChoice {

    private NetworkChoice() {}

    /**
     * Decides, before anything is made.
     *
     * @throws ProviderException if the name is none, or the provider has no networks
     */
    static Optional<String> of(AllocationRequest request, ResolvedProfile resolved, Provider provider)
            throws ProviderException {
        Optional<String> chosen = request.network().or(resolved.profile()::network);
        if (chosen.isEmpty()) {
            return chosen;
        }
        String network = chosen.get();
        String where = request.network().isPresent()
                ? "the request for '" + resolved.profile().name() + "'"
                : resolved.settings().location("network").toString();
        if (!NetworkName.isValid(network)) {
            throw new ProviderException(
                    where + ": network '" + network + "' is no name of a network: expected " + NetworkName.FORM);
        }
        if (!provider.capabilities().contains(Capability.NETWORK)) {
            throw new ProviderException(where + ": network '" + network + "': provider '"
                    + resolved.profile().provider()
                    + "' cannot connect its machines by a network; leave the network out, or choose another provider");
        }
        return chosen;
    }
}
