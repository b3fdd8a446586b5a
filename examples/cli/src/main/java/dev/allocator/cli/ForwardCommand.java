package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes ports of a machine reachable from here while it runs. */
@Command(
        name = "forward",
        description = "Make TCP ports of a machine reachable from here; prints an address for each, host:port,"
                + " and runs until Ctrl-C, or until the lease ends (status 1).",
        footerHeading = "%nExample:%n",
        footer = "  allocator forward 127.0.0.1:40123 8080 5432:5432")
final class ForwardCommand implements Callable<Integer> {

    private final RootCommand root;

    @Parameters(index = "0", paramLabel = LeaseSearch.LABEL, description = LeaseSearch.DESCRIPTION)
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "[LOCAL:]PORT",
            description = "A port of the machine; before it, if it matters, the one of this host's loopback.")
    private List<PortPair> ports = new ArrayList<>();

    ForwardCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Allocator allocator = root.open();
                Lease lease = new LeaseSearch(allocator).require(name);
                Relays relays = new Relays(lease)) {
            Waiting waiting = new Waiting(root.surroundings().processEnd(), relays::end);
            for (PortPair port : ports) {
                HostAndPort forwarded = lease.forward(port.guest());
                HostAndPort shown = port.local() == 0 ? forwarded : relays.start(port.local(), forwarded);
                root.surroundings().out().println(shown);
            }
            if (waiting.whileLasting(allocator, lease.id()) && !root.quiet()) {
                root.surroundings().err().println("allocator: lease " + lease.id() + " has ended");
            }
            return 1;
        }
    }

    /** What ends with the run: relays, and the forwarded ports, which the provider takes back. */
    private static final class Relays implements AutoCloseable {
        private final Lease lease;
        private final List<PortRelay> all = new ArrayList<>();

        Relays(Lease lease) {
            this.lease = lease;
        }

        synchronized HostAndPort start(int port, HostAndPort target) {
            PortRelay relay = PortRelay.start(port, target);
            all.add(relay);
            return relay.address();
        }

        synchronized void end() {
            all.forEach(PortRelay::close);
            lease.close();
        }

        @Override
        public void close() {
            end();
        }
    }
}
