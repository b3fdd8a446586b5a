package dev.allocator.testkit.crash;

import dev.allocator.Command;
import dev.allocator.ExecResult;
import dev.allocator.core.readiness.Boot;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.GuestMount;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.NetworkCard;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Another provider's machines, with networks, shares, and commands that are answered as a guest would: all succeed but a
 * setup step that is {@value #FAILING_STEP}.
 */
record GuestProvider(Provider provider, Map<MachineRef, Integer> boots) implements Provider {

    static final String FAILING_STEP = "exit 3";

    GuestProvider(Provider provider) {
        this(provider, new ConcurrentHashMap<>());
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> all = EnumSet.of(Capability.EXEC, Capability.NETWORK, Capability.SHARES);
        all.addAll(provider.capabilities());
        return all;
    }

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        return provider.plan(spec);
    }

    @Override
    public Machine create(MachinePlan plan, CreateContext context) throws ProviderException, InterruptedException {
        List<NetworkCard> cards = context
                .network()
                .map(seat -> new NetworkCard(
                        seat.place(), "52:54:00:00:00:%02x".formatted(seat.slot()), "10.0.0." + (10 + seat.slot()), 24))
                .stream()
                .toList();
        List<GuestMount> mounts = plan.spec().profile().shares().stream()
                .map(share -> new GuestMount("share", "9p", "trans=virtio", share))
                .toList();
        return provider.create(plan, context).toBuilder()
                .networks(cards)
                .mounts(mounts)
                .commands(CompletableFuture.completedStage(null))
                .build();
    }

    @Override
    public ExecResult exec(MachineRef ref, Command command) throws ProviderException {
        String script = script(command);
        if (script.equals(Boot.RESTART)) {
            boots.merge(ref, 1, Integer::sum);
        }
        int status = input(command).startsWith(FAILING_STEP) ? 3 : 0;
        String output = script.equals(Boot.SCRIPT) ? "boot " + boots.getOrDefault(ref, 0) : "";
        return new ExecResult(command.words().get(0), status, output, "", Duration.ZERO);
    }

    /** The name of the engine's script that a command runs. */
    static String script(Command command) {
        return command.words().size() > 2 && command.words().get(1).equals("-s")
                ? command.words().get(2)
                : "a command";
    }

    private static String input(Command command) throws ProviderException {
        try (InputStream input = command.stdin().orElseGet(InputStream::nullInputStream)) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ProviderException("the input of a command cannot be read", e);
        }
    }

    @Override
    public void saveLogs(MachineRef ref) throws ProviderException, InterruptedException {
        provider.saveLogs(ref);
    }

    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        provider.destroy(ref);
    }

    @Override
    public List<FoundMachine> list() throws ProviderException {
        return provider.list();
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        return provider.check(ref);
    }

    @Override
    public void close() {
        provider.close();
    }
}
