package dev.allocator.testkit;

import dev.allocator.Command;
import dev.allocator.Durations;
import dev.allocator.ExecResult;
import dev.allocator.HostKey;
import dev.allocator.MachineId;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Located;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Makes machines inside this JVM. */
final class InProcessProvider implements Provider {

    private final ProviderContext context;
    private final InProcessHost host;

    InProcessProvider(ProviderContext context, InProcessHost host) {
        this.context = context;
        this.host = host;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.LIST, Capability.BOOTSTRAP, Capability.EXEC);
    }

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        if (hasFault(spec, "plan-fails")) {
            throw new ProviderException("profile '" + spec.profile().name() + "' asks for a fault: plan-fails");
        }
        MachineRef ref = new MachineRef(context.instance(), spec.id(), Map.of("name", "in-process-" + spec.id()));
        long cpus = spec.profile().cpu().orElse(1);
        return new MachinePlan(spec, ref, Map.of("VCPU", cpus), "in-process, no real machine");
    }

    @Override
    public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
        MachineSpec spec = plan.spec();
        creation.progress("making an in-process machine");
        Duration takes = duration(spec, "create-takes");
        Duration left = creation.deadline().remaining();
        host.delay(spec.id(), (takes.compareTo(left) < 0 ? takes : left).toNanos());
        if (takes.compareTo(left) > 0) {
            throw new ProviderException(
                    ProviderException.Kind.RETRYABLE,
                    "machine " + spec.id() + " was not made in time: its profile says that it takes "
                            + Durations.format(takes),
                    null);
        }
        if (hasFault(spec, "create-fails")) {
            throw new ProviderException("profile '" + spec.profile().name() + "' asks for a fault: create-fails");
        }
        InProcessMachine machine = host.create(spec.id(), () -> start(plan, creation))
                .orElseThrow(() -> new ProviderException("machine " + spec.id() + " was destroyed meanwhile"));
        Optional<Duration> locatedAfter = spec.settings().duration("located-after");
        return Machine.builder(machine.ref())
                .address(locatedAfter.isPresent() ? null : machine.address())
                .located(locatedAfter
                        .map(delay -> later(delay, located(machine)))
                        .orElse(null))
                .attributes(Map.of("accel", "none"))
                .commands(spec.settings()
                        .duration("commands-after")
                        .map(delay -> later(delay, machine))
                        .orElse(null))
                .death(machine.death())
                .build();
    }

    private static Located located(InProcessMachine machine) {
        return new Located(machine.address(), Map.of("ipv4", machine.address().host()));
    }

    private static <T> CompletionStage<T> later(Duration delay, T value) {
        return delay.isZero()
                ? CompletableFuture.completedStage(value)
                : CompletableFuture.supplyAsync(
                        () -> value, CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
        InProcessMachine machine = host.machine(ref.machine())
                .orElseThrow(() -> new ProviderException("there is no machine " + ref.machine() + " in this JVM"));
        return machine.shell().run(command);
    }

    @Override
    public void saveLogs(MachineRef ref) throws ProviderException {
        if (host.machine(ref.machine()).isEmpty()) {
            throw new ProviderException("there is no machine " + ref.machine() + " in this JVM to save logs of");
        }
        try {
            Files.writeString(
                    context.directory(ref.machine()).resolve("machine.log"), "all that an in-process machine says\n");
        } catch (IOException e) {
            throw new ProviderException(
                    "the logs of machine " + ref.machine() + " cannot be saved: " + e.getMessage(), e);
        }
    }

    private InProcessMachine start(MachinePlan plan, CreateContext creation) {
        MachineSpec spec = plan.spec();
        Accounts accounts = new Accounts();
        spec.profile().login().ifPresent(accounts::add);
        SimulatedSetup setup = new SimulatedSetup(accounts);
        Path home = home(spec.id());
        InProcessSshServer.Builder server = InProcessSshServer.builder(home)
                .accounts(accounts)
                .commands(setup)
                .silentFor(duration(spec, "ready-after"))
                .refusing(Math.toIntExact(spec.settings().integer("refusals").orElse(0L)));
        if (creation.bootstrap().isPresent() && !hasFault(spec, "plants-nothing")) {
            Bootstrap bootstrap = creation.bootstrap().get();
            accounts.addKey("root", HostKey.parse(bootstrap.authorizedKey()));
            server.hostKey(bootstrap.hostPrivateKey());
        }
        if (hasFault(spec, "never-ready")) {
            server.silentForever();
        }
        if (hasFault(spec, "refuses")) {
            server.refusing(Integer.MAX_VALUE);
        }
        InProcessSshServer started = server.start();
        setup.hostKey(started.hostKey());
        InProcessMachine machine =
                new InProcessMachine(plan.ref(), spec.tags(), started, setup, home, destroyFailures(spec));
        setup.restart(() -> restart(machine, spec));
        if (hasFault(spec, "dies")) {
            dieLater(machine, duration(spec, "dies-after"));
        }
        return machine;
    }

    /** Soon, as the command that asks for it ends before. */
    private static void restart(InProcessMachine machine, MachineSpec spec) {
        CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(() -> {
            if (hasFault(spec, "dies-at-restart")) {
                machine.die("the in-process machine died at its restart, as its profile asks");
            } else {
                machine.restart(
                        hasFault(spec, "stays-down") ? Duration.ofSeconds(-1) : duration(spec, "restart-takes"));
            }
        });
    }

    private static void dieLater(InProcessMachine machine, Duration delay) {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> machine.die("the in-process machine died, as its profile asks"));
    }

    private Path home(MachineId machine) {
        try {
            return Files.createDirectories(context.directory(machine).resolve("home"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the home of an in-process machine", e);
        }
    }

    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        Optional<InProcessMachine> machine = host.machine(ref.machine());
        if (machine.isPresent() && machine.get().refusesToGo()) {
            throw new ProviderException(
                    ProviderException.Kind.RETRYABLE,
                    "machine " + ref.machine() + " cannot be destroyed: its profile asks for a fault: destroy-fails",
                    null);
        }
        host.destroy(ref.machine());
    }

    @Override
    public List<FoundMachine> list() {
        return host.machines().stream()
                .filter(machine -> machine.ref().provider().equals(context.instance()))
                .map(machine -> new FoundMachine(
                        machine.ref(),
                        machine.tags().realm(),
                        Optional.of(machine.tags().owner()),
                        machine.tags().expires(),
                        "in-process machine at " + machine.address()))
                .toList();
    }

    @Override
    public MachineHealth check(MachineRef ref) {
        return host.machine(ref.machine())
                .map(machine -> machine.isRunning()
                        ? new MachineHealth(MachineHealth.State.RUNNING, "it runs in this JVM")
                        : new MachineHealth(MachineHealth.State.STOPPED, "it died"))
                .orElseGet(() -> new MachineHealth(MachineHealth.State.GONE, "there is no such machine in this JVM"));
    }

    private static int destroyFailures(MachineSpec spec) {
        return hasFault(spec, "destroy-fails")
                ? Integer.MAX_VALUE
                : Math.toIntExact(spec.settings().integer("destroy-failures").orElse(0L));
    }

    private static boolean hasFault(MachineSpec spec, String fault) {
        return spec.settings().string("fault").filter(fault::equals).isPresent();
    }

    private static Duration duration(MachineSpec spec, String key) {
        return spec.settings().duration(key).orElse(Duration.ZERO);
    }
}
