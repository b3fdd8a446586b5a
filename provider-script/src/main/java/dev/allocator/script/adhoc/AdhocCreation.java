package dev.allocator.script.adhoc;

import dev.allocator.Durations;
import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookProcesses;
import dev.allocator.script.hook.HookResult;
import dev.allocator.script.hook.HookRun;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Creates machines: runs {@code allocate} until it gives an address. Anyone may destroy the machine meanwhile, from any
 * process: the barrier in its folder keeps bash from starting, and what was printed stays there for whoever discards.
 */
final class AdhocCreation {

    private static final String ADDRESS = "address";
    private static final Duration LOOK = Duration.ofMillis(200);

    private final ProviderContext context;
    private final AdhocSettings settings;
    private final AdhocHooks hooks;
    private final HookProcesses processes;

    AdhocCreation(ProviderContext context, AdhocSettings settings, AdhocHooks hooks, HookProcesses processes) {
        this.context = context;
        this.settings = settings;
        this.hooks = hooks;
        this.processes = processes;
    }

    Machine create(MachinePlan plan, CreateContext create) throws ProviderException, InterruptedException {
        MachineId machine = plan.ref().machine();
        HookFolder folder = new HookFolder(context.directory(machine));
        try {
            Optional<HostAndPort> made = address(folder);
            requireNotEnded(folder, machine);
            if (made.isPresent()) {
                return describe(plan.ref(), made.get(), KeptSecrets.load(folder).orElseThrow());
            }
            if (!folder.runs().isEmpty()) {
                throw new ProviderException("machine " + machine
                        + " was begun before and not finished: it has to be destroyed, and another one created");
            }
            KeptSecrets secrets = AdhocLogin.of(plan.spec()).keep(context.environment());
            secrets.save(folder);
            Path log = context.log(machine, "allocate.log");
            // Whoever destroyed the machine may have removed its folder before the log's was made.
            if (KeptSecrets.load(folder).isEmpty()) {
                throw ended(machine);
            }
            return describe(plan.ref(), allocate(machine, folder, secrets, log, create), secrets);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            requireNotEnded(folder, machine);
            throw new ProviderException(Kind.RETRYABLE, "cannot run allocate: " + e.getMessage(), e);
        }
    }

    /** The address of a machine whose creation succeeded. */
    static Optional<HostAndPort> address(HookFolder folder) throws IOException {
        return folder.read(ADDRESS).flatMap(bytes -> AdhocOutput.parse(new String(bytes, StandardCharsets.UTF_8)));
    }

    private HostAndPort allocate(
            MachineId machine, HookFolder folder, KeptSecrets secrets, Path log, CreateContext create)
            throws ProviderException, IOException, InterruptedException {
        Deadline deadline = create.deadline();
        for (int attempt = 1; ; attempt++) {
            HookResult result = hooks.allocate(machine, folder, secrets, log, deadline, create::progress);
            try {
                HostAndPort address = require(result);
                requireNotEnded(folder, machine);
                folder.write(ADDRESS, address.toString().getBytes(StandardCharsets.UTF_8));
                requireNotEnded(folder, machine);
                return address;
            } catch (ProviderException e) {
                requireNotEnded(folder, machine);
                processes.endLeftovers(machine, folder);
                Duration delay = settings.times().delayAfter(attempt);
                if (e.kind() == Kind.FINAL || deadline.remaining().compareTo(delay) <= 0) {
                    throw e; // whoever destroys the machine discards what was printed
                }
                discardPrinted(machine, folder, result.run(), secrets, e, deadline);
                create.progress("allocate is tried again in " + Durations.format(delay) + ": " + e.getMessage());
                pause(delay, folder);
                requireNotEnded(folder, machine);
            }
        }
    }

    /** The address that a run gave; what is wrong with it or with the run is thrown. */
    private static HostAndPort require(HookResult result) throws ProviderException, IOException {
        AdhocHooks.requireNoComplaint(result, AdhocSettings.ALLOCATE);
        AdhocOutput output = AdhocOutput.of(result.run());
        String last = output.results().getOrDefault("ADDRESS", "");
        if (last.isEmpty()) {
            throw new ProviderException(
                    result.complaint("allocate ended without giving an ADDRESS, though with status 0"));
        }
        List<String> addresses = output.addresses();
        if (addresses.size() > 1) {
            throw new ProviderException(
                    result.remark("allocate gave more than one ADDRESS: " + String.join(" and ", addresses)));
        }
        Optional<HostAndPort> address = AdhocOutput.parse(last);
        if (address.isEmpty()) {
            throw new ProviderException(result.remark(
                    "allocate gave an ADDRESS that is none: '" + last + "' (expected host or host:port)"));
        }
        return address.get();
    }

    /** Before another try: discards what the last one printed all the same. */
    private void discardPrinted(
            MachineId machine,
            HookFolder folder,
            HookRun run,
            KeptSecrets secrets,
            ProviderException failure,
            Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        List<String> owed = hooks.owed(run);
        if (!owed.isEmpty()) {
            Path log = context.log(machine, "discard.log");
            for (String address : owed) {
                try {
                    hooks.discard(machine, folder, run, address, secrets, log, deadline);
                } catch (ProviderException e) {
                    failure.addSuppressed(e);
                    throw failure;
                }
            }
        }
        Files.deleteIfExists(run.output());
        Files.deleteIfExists(run.results());
    }

    /** Waits, but not for a machine that somebody destroys. */
    private static void pause(Duration delay, HookFolder folder) throws InterruptedException {
        Deadline end = Deadline.in(delay);
        while (!end.expired() && !folder.isEnded()) {
            long millis = Math.min(LOOK.toMillis(), end.remaining().toMillis() + 1);
            boolean unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        }
    }

    private static Machine describe(MachineRef ref, HostAndPort address, KeptSecrets secrets) {
        return Machine.builder(ref)
                .address(address)
                .login(AdhocLogin.of(secrets).credentials().orElse(null))
                .build();
    }

    private static void requireNotEnded(HookFolder folder, MachineId machine) throws ProviderException {
        if (folder.isEnded()) {
            throw ended(machine);
        }
    }

    private static ProviderException ended(MachineId machine) {
        return new ProviderException("machine " + machine + " was discarded while it was being created");
    }
}
