package dev.allocator.testkit;

import dev.allocator.HostAndPort;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Claim;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import java.util.Optional;

/** What {@code create} is given, with all that another one does; subclasses do some of it otherwise. */
public class ForwardingCreateContext implements CreateContext {

    private final CreateContext given;

    /** Forwards to what the engine gives. */
    public ForwardingCreateContext(CreateContext given) {
        this.given = given;
    }

    @Override
    public Deadline deadline() {
        return given.deadline();
    }

    @Override
    public Optional<Bootstrap> bootstrap() {
        return given.bootstrap();
    }

    @Override
    public Optional<Claim> claim() {
        return given.claim();
    }

    @Override
    public Optional<Claim> network() {
        return given.network();
    }

    @Override
    public void record(MachineRef ref) {
        given.record(ref);
    }

    @Override
    public void progress(String message) {
        given.progress(message);
    }

    @Override
    public boolean usedRecently(HostAndPort address) {
        return given.usedRecently(address);
    }
}
