package dev.allocator.core.lease;

import dev.allocator.LeaseId;
import dev.allocator.SshEndpoint;
import dev.allocator.StoreException;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.readiness.GuestShell;
import dev.allocator.core.readiness.LoginWaiter;
import dev.allocator.spi.Store;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ways into machines as their records and secrets tell them, whichever process made them. */
public record RecordedAccess(Store store, Leases leases, Providers providers, LoginWaiter logins) {

    private static final Logger LOG = LoggerFactory.getLogger(RecordedAccess.class);

    /** The way into the machine of a lease, not open yet, if one is known. Whoever uses it closes it. */
    public Optional<MachineAccess> of(LeaseRecord lease) {
        return secrets(lease.id()).flatMap(known -> of(lease, known));
    }

    /** The same for whoever has read the secrets. */
    public Optional<MachineAccess> of(LeaseRecord lease, LeaseSecrets secrets) {
        Optional<SshEndpoint> endpoint = lease.address()
                .flatMap(address -> secrets.user()
                        .map(user -> SshEndpoint.builder(address, user)
                                .hostKeys(lease.hostKeys())
                                .build()));
        RecordedMachine machine = new RecordedMachine(lease.machine(), leases, providers, store);
        Optional<GuestShell> shell =
                Optional.<GuestShell>of(new RecordedShell(machine)).filter(any -> secrets.throughProvider());
        return endpoint.isEmpty() && shell.isEmpty()
                ? Optional.empty()
                : Optional.of(new MachineAccess(endpoint, secrets.root(), shell, logins));
    }

    /** Without its secrets a machine can still be discarded. */
    public Optional<LeaseSecrets> secrets(LeaseId lease) {
        try {
            return LeaseSecrets.load(store, lease);
        } catch (StoreException e) {
            LOG.warn("nobody can log in by lease {}: {}", lease, e.getMessage());
            return Optional.empty();
        }
    }
}
