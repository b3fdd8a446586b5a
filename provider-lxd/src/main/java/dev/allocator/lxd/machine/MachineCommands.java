package dev.allocator.lxd.machine;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderException;
import java.time.Duration;

/** Runs commands in machines. Thread-safe. */
public final class MachineCommands {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Instances instances;

    /** For machines of one project, and of others that refs name. */
    public MachineCommands(Instances instances) {
        this.instances = instances;
    }

    /** See {@link dev.allocator.spi.Provider#exec}. */
    public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
        InstanceRef instance = InstanceRef.existing(ref, instances, Deadline.in(LIMIT))
                .orElseThrow(() -> new ProviderException("LXD has no instance of machine " + ref.machine()));
        return instance.instances().client().exec(instance.instances().project(), instance.name(), command);
    }
}
