package dev.allocator.spi;

import dev.allocator.HostKey;
import dev.allocator.Secret;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What the engine wants planted in a machine while it is created, to log in before anyone else can.
 *
 * @param authorizedKey the public key that must open root's account, as a line of {@code authorized_keys}
 * @param hostPrivateKey the SSH host key to use, in OpenSSH's format
 * @param hostKey its public half
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record Bootstrap(String authorizedKey, Secret hostPrivateKey, HostKey hostKey) {}
