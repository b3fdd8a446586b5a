package dev.allocator.testkit;

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

/** What a contract gives {@code create}: it remembers what it is told. */
final class ContractCreation implements CreateContext {

    private final Deadline deadline;
    private final Optional<Bootstrap> bootstrap;
    private final Optional<Claim> claim;
    private final Consumer<MachineRef> recorder;
    private final List<MachineRef> recorded = new CopyOnWriteArrayList<>();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private volatile Runnable onFirstWord = () -> {};

    /** With a recorder that may fail. */
    ContractCreation(
            Deadline deadline, Optional<Bootstrap> bootstrap, Optional<Claim> claim, Consumer<MachineRef> recorder) {
        this.deadline = deadline;
        this.bootstrap = bootstrap;
        this.claim = claim;
        this.recorder = recorder;
    }

    static ContractCreation within(Duration limit, Optional<Claim> claim) {
        return new ContractCreation(Deadline.in(limit), Optional.empty(), claim, ref -> {});
    }

    /** Runs something when the provider records anything or tells of progress; it may run more than once. */
    void onFirstWord(Runnable action) {
        onFirstWord = action;
    }

    /** The refs that were recorded, in order. */
    List<MachineRef> recorded() {
        return recorded;
    }

    /** The lines of progress. */
    List<String> progress() {
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
        return claim;
    }

    @Override
    public void record(MachineRef ref) {
        recorder.accept(ref);
        recorded.add(ref);
        onFirstWord.run();
    }

    @Override
    public void progress(String message) {
        progress.add(message);
        onFirstWord.run();
    }

    @Override
    public boolean usedRecently(HostAndPort address) {
        return false;
    }
}
