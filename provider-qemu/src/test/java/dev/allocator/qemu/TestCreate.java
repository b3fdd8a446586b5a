package dev.allocator.qemu;

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
import java.util.function.Predicate;

/** What the engine would give, remembering what it is told. */
record TestCreate(
        Deadline deadline, Optional<Bootstrap> bootstrap, List<String> lines, Predicate<HostAndPort> recentlyUsed)
        implements CreateContext {

    static TestCreate within(Duration duration) {
        return new TestCreate(Deadline.in(duration), Optional.empty(), new CopyOnWriteArrayList<>(), address -> false);
    }

    TestCreate with(Bootstrap bootstrap) {
        return new TestCreate(deadline, Optional.of(bootstrap), lines, recentlyUsed);
    }

    TestCreate avoiding(Predicate<HostAndPort> recentlyUsed) {
        return new TestCreate(deadline, bootstrap, lines, recentlyUsed);
    }

    @Override
    public Optional<Claim> claim() {
        return Optional.empty();
    }

    @Override
    public void record(MachineRef ref) {
        throw new UnsupportedOperationException("the ref is complete from the plan on");
    }

    @Override
    public boolean usedRecently(HostAndPort address) {
        return recentlyUsed.test(address);
    }

    @Override
    public void progress(String message) {
        lines.add(message);
    }
}
