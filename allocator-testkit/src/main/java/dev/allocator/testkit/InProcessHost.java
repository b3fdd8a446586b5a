package dev.allocator.testkit;

import dev.allocator.MachineId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where machines of {@link InProcessProviderFactory} live: shared by all providers of the factories that were given
 * it, so that several allocators see the same machines. Safe for use by many threads.
 */
public final class InProcessHost implements AutoCloseable {

    private final Map<MachineId, InProcessMachine> machines = new LinkedHashMap<>();
    private final Set<MachineId> destroyed = new HashSet<>();

    /** Without machines. */
    public InProcessHost() {}

    /** All that exist, in the order of their creation. */
    public synchronized List<InProcessMachine> machines() {
        return List.copyOf(machines.values());
    }

    /** One that exists. */
    public synchronized Optional<InProcessMachine> machine(MachineId id) {
        return Optional.ofNullable(machines.get(id));
    }

    /** Waits until that many nanoseconds passed or the machine is destroyed. */
    synchronized void delay(MachineId id, long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        long left = nanos;
        while (left > 0 && !destroyed.contains(id)) {
            wait(left / 1_000_000 + 1);
            left = end - System.nanoTime();
        }
    }

    /** The machine that exists or is made now, or empty if it was destroyed before. */
    synchronized Optional<InProcessMachine> create(MachineId id, Supplier<InProcessMachine> maker) {
        if (destroyed.contains(id)) {
            return Optional.empty();
        }
        InProcessMachine machine = machines.get(id);
        if (machine == null) {
            machine = maker.get();
            machines.put(id, machine);
        }
        return Optional.of(machine);
    }

    void destroy(MachineId id) {
        Optional<InProcessMachine> machine;
        synchronized (this) {
            destroyed.add(id);
            machine = Optional.ofNullable(machines.remove(id));
            notifyAll();
        }
        machine.ifPresent(InProcessMachine::stop);
    }

    /** Destroys all machines. */
    @Override
    public void close() {
        machines().forEach(machine -> destroy(machine.ref().machine()));
    }
}
