package com.example.sandbox;

import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.spi.*;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Makes machines that are nothing but processes: with the last one of a machine, its mounts and changes are gone. */
final class SandboxProvider implements Provider {

    private static final String MARK = "sandbox of";
    private static final String BARRIER = "destroyed";

    private final ProviderContext context;

    SandboxProvider(ProviderContext context) {
        this.context = context;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.LIST, Capability.BOOTSTRAP);
    }

    @Override
    public List<Diagnosis> diagnose() {
        // Only root may change it, and in a container only if it may mount, too.
        boolean mayMount = Files.isWritable(Path.of("/proc/sys/kernel/hostname"));
        String message = "sandboxes have to be mounted: run this as root, and with --privileged in a container";
        return mayMount ? List.of() : List.of(new Diagnosis(Diagnosis.Severity.ERROR, message));
    }

    @Override
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        for (Diagnosis obstacle : diagnose()) {
            throw new ProviderException(obstacle.message());
        }
        if (!Files.isExecutable(system(spec).resolve("usr/sbin/sshd"))) {
            throw new ProviderException("there is no SSH server in " + system(spec) + ": install /usr/sbin/sshd there");
        }
        return new MachinePlan(spec, ref(spec.id()), Map.of(), "a copy-on-write view of " + system(spec));
    }

    private Path system(MachineSpec spec) {
        return context.resolve(spec.profile().image().orElse("/"), spec.location());
    }

    /** The id is all that is needed to find a machine again. */
    private MachineRef ref(MachineId id) {
        return new MachineRef(context.instance(), id, Map.of());
    }

    /** One at a time, so that two threads that create the same machine make one; that takes milliseconds. */
    @Override
    public synchronized Machine create(MachinePlan plan, CreateContext creation) throws ProviderException {
        MachineId id = plan.ref().machine();
        Optional<ChildProcess> running = processes(id).stream().min(Comparator.comparing(ChildProcess::startTime));
        try {
            ChildProcess first = running.isPresent() ? running.get() : start(plan.spec(), creation.bootstrap());
            return Machine.builder(plan.ref())
                    .address(address(id))
                    .death(first.exit().thenApply(status -> "the sandbox ended; its sandbox.log may say why"))
                    .build();
        } catch (IOException e) {
            throw new ProviderException("cannot start sandbox " + id + ": " + e.getMessage(), e);
        }
    }

    private ChildProcess start(MachineSpec spec, Optional<Bootstrap> keys) throws IOException {
        Path folder = context.directory(spec.id()); // which nobody else can read
        Path script = folder.resolve("start.sh");
        try (InputStream resource = SandboxProvider.class.getResourceAsStream("start.sh")) {
            Files.copy(resource, script, StandardCopyOption.REPLACE_EXISTING);
        }
        String privateKey = keys.isPresent() ? keys.get().hostPrivateKey().reveal() : "";
        Path hostKey = Files.writeString(folder.resolve("host-key"), privateKey);
        String expires = spec.tags().expires().map(Instant::toString).orElse("");
        String tags = String.join("|", MARK, context.instance(), spec.tags().owner(), expires);
        ProcessSpec process = ProcessSpec.of(List.of("/bin/sh", script.toString(), tags))
                .machine(spec.id())
                .directory(folder)
                .recorded(folder.resolve("process"), folder.resolve(BARRIER))
                .input(hostKey)
                .output(folder.resolve("sandbox.log"))
                .env("SANDBOX_SYSTEM", system(spec).toString())
                .env("SANDBOX_HIDE", String.join("\n", spec.settings().list("hide")))
                .env("SANDBOX_NAME", spec.hostName())
                .env("SANDBOX_ADDRESS", address(spec.id()).toString())
                .env("SANDBOX_KEY", keys.isPresent() ? keys.get().authorizedKey() : "");
        return context.processes().start(process);
    }

    /** One of the 16 million addresses of the loopback network, so that nobody has to look for a free port. */
    private static HostAndPort address(MachineId id) {
        int some = id.hashCode();
        return new HostAndPort("127." + (some >> 16 & 127) + "." + (some >> 8 & 255) + "." + (2 + (some & 127)), 22022);
    }

    /** First the barrier, so that nothing starts any more; then whatever runs is killed, until nothing does. */
    @Override
    public void destroy(MachineRef ref) throws ProviderException {
        File barrier = context.directoryPath(ref.machine()).resolve(BARRIER).toFile();
        if (!barrier.mkdir() && !barrier.exists() && barrier.getParentFile().exists()) {
            throw new ProviderException("cannot destroy sandbox " + ref.machine() + ": " + barrier + " cannot be made");
        }
        Deadline deadline = Deadline.in(Duration.ofSeconds(10));
        while (!processes(ref.machine()).isEmpty()) {
            if (deadline.expired()) {
                throw new ProviderException("sandbox " + ref.machine() + " is left: it cannot be killed");
            }
            processes(ref.machine()).forEach(ChildProcess::kill);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public MachineHealth check(MachineRef ref) throws ProviderException {
        return processes(ref.machine()).isEmpty()
                ? new MachineHealth(MachineHealth.State.GONE, "it has no process")
                : new MachineHealth(MachineHealth.State.RUNNING, "its processes run");
    }

    /** Machines of all realms; of ours only those of this instance, as another one lists its own. */
    @Override
    public List<FoundMachine> list() throws ProviderException {
        return tagged().map(this::found).flatMap(Optional::stream).distinct().toList();
    }

    private Optional<FoundMachine> found(TaggedProcess process) {
        String[] tags = process.command().get(process.command().size() - 1).split("\\|");
        boolean foreign = !process.realm().equals(context.realm());
        if (!tags[0].equals(MARK) || !(foreign || tags[1].equals(context.instance()))) {
            return Optional.empty();
        }
        Optional<Instant> expires = tags.length > 3 ? Optional.of(Instant.parse(tags[3])) : Optional.empty();
        MachineRef ref = ref(process.machine());
        return Optional.of(new FoundMachine(ref, process.realm(), Optional.of(tags[2]), expires, "a sandbox"));
    }

    private List<ChildProcess> processes(MachineId id) throws ProviderException {
        return tagged().filter(process -> process.machine().equals(id))
                .map(TaggedProcess::process)
                .toList();
    }

    private Stream<TaggedProcess> tagged() throws ProviderException {
        try {
            return context.processes().tagged().stream();
        } catch (IOException e) {
            throw new ProviderException("cannot look at the processes of this host: " + e.getMessage(), e);
        }
    }
}
