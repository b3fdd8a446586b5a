package dev.allocator.testkit;

import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderFactory;

class ProcessProviderContractTest extends ProviderContract.V1 {

    @Override
    protected ProviderFactory factory() {
        return new ProcessProviderFactory();
    }

    @Override
    protected Profile profile() {
        return Profile.named("cheap", "process")
                .setting("address", true)
                .readiness(Readiness.none())
                .build();
    }

    @Override
    protected boolean kill(Machine machine) {
        return ProcessHandle.of(Long.parseLong(machine.attributes().get("pid")))
                .orElseThrow()
                .destroyForcibly();
    }
}
