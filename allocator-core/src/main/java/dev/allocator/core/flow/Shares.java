package dev.allocator.core.flow;

import dev.allocator.Profile;
import dev.allocator.Share;
import dev.allocator.core.profile.ResolvedProfile;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Location;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;

/** Finds out before anything is made whether a profile's shares can be had. */
final class Shares {

    private Shares() {}

    /** Throws if its provider cannot share folders, or if one of them is not there. */
    static void require(ResolvedProfile resolved, Provider provider) throws ProviderException {
        Profile profile = resolved.profile();
        if (profile.shares().isEmpty()) {
            return;
        }
        Location location = resolved.settings().location("shares");
        if (!provider.capabilities().contains(Capability.SHARES)) {
            throw new ProviderException(location + ": profile '" + profile.name() + "' has 'shares', but provider '"
                    + profile.provider() + "' cannot show folders of this host to its machines: remove them, or upload"
                    + " what the machine needs");
        }
        Set<String> guests = new HashSet<>();
        for (Share share : profile.shares()) {
            if (!Files.isDirectory(share.host())) {
                throw new ProviderException(location + ": there is no folder " + share.host() + " to share"
                        + (Files.exists(share.host()) ? ": it is a file" : ": create it, or correct 'shares'"));
            }
            if (!guests.add(share.guest())) {
                throw new ProviderException(location + ": two shares of profile '" + profile.name() + "' are at "
                        + share.guest() + " in the machine: give each its own place");
            }
        }
    }
}
