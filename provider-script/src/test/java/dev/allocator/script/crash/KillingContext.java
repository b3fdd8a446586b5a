package dev.allocator.script.crash;

import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderContext;
import dev.allocator.testkit.ForwardingContext;
import dev.allocator.testkit.ForwardingProcesses;
import java.io.IOException;
import java.util.function.Consumer;

/** What the script provider is given, with the instants that lie around its scripts. */
final class KillingContext extends ForwardingContext {

    private final Killer killer;
    private final String creating;

    KillingContext(ProviderContext given, Killer killer, String creating) {
        super(given);
        this.killer = killer;
        this.creating = creating;
    }

    @Override
    public Processes processes() {
        return new ForwardingProcesses(super.processes()) {
            @Override
            public ProcessResult run(ProcessSpec spec, Deadline deadline, Consumer<String> lines)
                    throws IOException, InterruptedException {
                boolean creates =
                        spec.recordFile().orElseThrow().getFileName().toString().startsWith(creating);
                killer.reached(creates ? Instant.BEFORE_HOOK : Instant.BEFORE_DISCARD);
                ProcessResult result = super.run(spec, deadline, lines);
                killer.reached(creates ? Instant.HOOK_ENDED : Instant.DISCARD_ENDED);
                return result;
            }
        };
    }
}
