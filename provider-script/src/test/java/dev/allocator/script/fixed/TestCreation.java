package dev.allocator.script.fixed;

import dev.allocator.HostAndPort;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Claim;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the engine gives once it has found room. */
record TestCreation(Optional<Claim> claim, List<String> lines) implements CreateContext {

    static TestCreation at(String host, int slot) {
        return new TestCreation(Optional.of(new Claim(host, slot)), new CopyOnWriteArrayList<>());
    }

    @Override
    public Deadline deadline() {
        return Deadline.in(Duration.ofMinutes(1));
    }

    @Override
    public Optional<Bootstrap> bootstrap() {
        return Optional.empty();
    }

    @Override
    public void record(MachineRef ref) {
        throw new UnsupportedOperationException("the ref is complete from the plan on");
    }

    @Override
    public void progress(String message) {
        lines.add(message);
    }

    @Override
    public boolean usedRecently(HostAndPort address) {
        return true;
    }
}
