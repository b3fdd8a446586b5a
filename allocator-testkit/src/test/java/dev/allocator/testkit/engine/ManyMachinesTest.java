package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Lease;
import dev.allocator.Phase;
import dev.allocator.event.PhaseStarted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ManyMachinesTest extends EngineTest {

    private static final int MACHINES = 200;
    /** The prober's cap for all machines, and what the few log-ins at a time may hold besides. */
    private static final int CAP = 256 + 16;

    @Test
    @Timeout(240)
    void twoHundredAtOnceStayUnderTheCap() throws Exception {
        // None speaks before all are there, so that all are waited for at once.
        Allocator allocator =
                open(options(demo().setting("ready-after", "12s").build()).closeTimeout(Duration.ofMinutes(2)));
        AtomicInteger most = new AtomicInteger();
        AtomicBoolean loggedIn = new AtomicBoolean();
        allocator.on(PhaseStarted.class, event -> loggedIn.compareAndSet(false, event.phase() == Phase.READY));
        ScheduledExecutorService observer = Executors.newSingleThreadScheduledExecutor();
        try {
            var unused = observer.scheduleWithFixedDelay(
                    () -> {
                        int probing = connections();
                        if (!loggedIn.get()) { // from then on some connections are leases' own
                            most.accumulateAndGet(probing, Math::max);
                        }
                    },
                    0,
                    100,
                    TimeUnit.MILLISECONDS);
            List<CompletableFuture<Lease>> allocations = new ArrayList<>();
            for (int i = 0; i < MACHINES; i++) {
                allocations.add(allocator.allocateAsync(AllocationRequest.forProfile("demo")
                        .timeout(Duration.ofMinutes(3))
                        .build()));
            }
            for (CompletableFuture<Lease> allocation : allocations) {
                assertThat(allocation.join().info().ready()).isPresent();
            }
        } finally {
            observer.shutdownNow();
        }
        assertThat(most.get()).isPositive().isLessThanOrEqualTo(CAP);
        assertThat(host.machines()).hasSize(MACHINES);
        allocator.close();
        assertNothingLeft();
    }

    /**
     * How many connections to these machines surely exist at once: the kernel's table is not read in one moment, but
     * what is in two readings was there between them.
     */
    private int connections() {
        Set<String> before = readConnections();
        before.retainAll(readConnections());
        return before.size();
    }

    private Set<String> readConnections() {
        Set<String> ports = host.machines().stream()
                .map(machine -> String.format("%04X", machine.address().port()))
                .collect(Collectors.toSet());
        try (Stream<String> own = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> mapped = Files.lines(Path.of("/proc/net/tcp6"))) {
            return Stream.concat(own, mapped)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields.length > 9 && Set.of("01", "02").contains(fields[3]))
                    .filter(fields -> ports.contains(fields[2].substring(fields[2].lastIndexOf(':') + 1))
                            && !ports.contains(fields[1].substring(fields[1].lastIndexOf(':') + 1)))
                    .map(fields -> fields[1] + " " + fields[2] + " " + fields[9])
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
