package dev.allocator.junit;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.LeaseInfo;
import dev.allocator.SshEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A lease whose network has another name outside, so that tests that run at the same time do not meet.
 *
 * @param network as the test calls it
 * @param outside as the allocator does
 */
record NetworkedLease(Lease lease, String network, String outside) implements Lease {

    @Override
    public String address(String name) {
        return lease.address(name.equals(network) ? outside : name);
    }

    @Override
    public LeaseId id() {
        return lease.id();
    }

    @Override
    public LeaseInfo info() {
        return lease.info();
    }

    @Override
    public Optional<SshEndpoint> endpoint() {
        return lease.endpoint();
    }

    @Override
    public Optional<String> hostAddress() {
        return lease.hostAddress();
    }

    @Override
    public Map<String, String> attributes() {
        return lease.attributes();
    }

    @Override
    public Optional<byte[]> data() {
        return lease.data();
    }

    @Override
    public ExecResult exec(Command command) {
        return lease.exec(command);
    }

    @Override
    public void upload(Path local, String remote) {
        lease.upload(local, remote);
    }

    @Override
    public void download(String remote, Path local) {
        lease.download(remote, local);
    }

    @Override
    public HostAndPort forward(int guestPort) {
        return lease.forward(guestPort);
    }

    @Override
    public void reboot(Duration timeout) {
        lease.reboot(timeout);
    }

    @Override
    public List<Path> logs() {
        return lease.logs();
    }

    @Override
    public void renew(Duration ttl) {
        lease.renew(ttl);
    }

    @Override
    public void detach() {
        lease.detach();
    }

    @Override
    public String keep(Duration ttl) {
        return lease.keep(ttl);
    }

    @Override
    public void discard() {
        lease.discard();
    }

    @Override
    public void close() {
        lease.close();
    }

    @Override
    public String toString() {
        return lease.toString();
    }
}
