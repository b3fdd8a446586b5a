package dev.allocator.junit;

import dev.allocator.Lease;
import java.util.Optional;

/** A machine that tests have. */
final class Held {

    private final Declaration declaration;
    private final Run run;
    private final Lease lease;
    private volatile boolean failed;

    /** @param network what the network that the declaration names is called outside, if it names one */
    Held(Declaration declaration, Run run, Lease lease, Optional<String> network) {
        this.declaration = declaration;
        this.run = run;
        this.lease = declaration
                .network()
                .<Lease>map(name -> new NetworkedLease(lease, name, network.orElseThrow()))
                .orElse(lease);
    }

    /** That which it was asked for with first. */
    Declaration declaration() {
        return declaration;
    }

    Run run() {
        return run;
    }

    /** The machine as tests see it. */
    Lease lease() {
        return lease;
    }

    /** Notes that a test failed that could use it. */
    void fail() {
        failed = true;
    }

    boolean failed() {
        return failed;
    }
}
