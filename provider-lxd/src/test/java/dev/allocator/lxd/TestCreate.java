package dev.allocator.lxd;

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
import java.util.function.Consumer;

/** A creation with time enough, which remembers what it was told. */
public final class TestCreate implements CreateContext {

    private final Deadline deadline = Deadline.in(Duration.ofMinutes(2));
    private final Optional<Bootstrap> bootstrap;
    private final Consumer<String> onProgress;
    private final Optional<Integer> seat;
    private final List<String> progress = new CopyOnWriteArrayList<>();

    /** Without anything to plant. */
    public TestCreate() {
        this(Optional.empty(), line -> {});
    }

    /** With something to plant, if any, and somebody who is told of progress. */
    public TestCreate(Optional<Bootstrap> bootstrap, Consumer<String> onProgress) {
        this(bootstrap, onProgress, Optional.empty());
    }

    private TestCreate(Optional<Bootstrap> bootstrap, Consumer<String> onProgress, Optional<Integer> seat) {
        this.bootstrap = bootstrap;
        this.onProgress = onProgress;
        this.seat = seat;
    }

    /** With a seat in a network. */
    static TestCreate at(int seat) {
        return new TestCreate(Optional.empty(), line -> {}, Optional.of(seat));
    }

    /** The lines of progress. */
    public List<String> progress() {
        return progress;
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    @Override
    public Optional<Bootstrap> bootstrap() {
        return bootstrap;
    }

    @Override
    public Optional<Claim> claim() {
        return Optional.empty();
    }

    @Override
    public Optional<Claim> network() {
        return seat.map(slot -> new Claim("any", slot));
    }

    @Override
    public void record(MachineRef ref) {
        throw new AssertionError("the plan's ref says all");
    }

    @Override
    public void progress(String message) {
        progress.add(message);
        onProgress.accept(message);
    }

    @Override
    public boolean usedRecently(HostAndPort address) {
        return false;
    }
}
