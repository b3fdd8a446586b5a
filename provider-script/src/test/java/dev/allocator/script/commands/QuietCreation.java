package dev.allocator.script.commands;

import dev.allocator.HostAndPort;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Claim;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the engine gives, with nobody to tell. */
record QuietCreation(Deadline deadline, List<MachineRef> recorded) implements CreateContext {

    QuietCreation(Duration limit) {
        this(Deadline.in(limit), new ArrayList<>());
    }

    @Override
    public Optional<Bootstrap> bootstrap() {
        return Optional.empty();
    }

    @Override
    public Optional<Claim> claim() {
        return Optional.empty();
    }

    @Override
    public void record(MachineRef ref) {
        recorded.add(ref);
    }

    @Override
    public void progress(String message) {
        assert !message.isBlank();
    }

    @Override
    public boolean usedRecently(HostAndPort address) {
        return false;
    }
}
