package dev.allocator.qemu;

import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.qemu.image.FreeSpace;
import dev.allocator.spi.ChildProcess;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates machines. Anyone may discard the machine meanwhile, from any process: each step that leaves something looks
 * for the barrier first, and the launcher of QEMU looks last, after it has recorded itself.
 */
final class MachineStart {

    private static final Logger LOG = LoggerFactory.getLogger(MachineStart.class);
    private static final long RETRY_MILLIS = 10;

    /** Where QEMU's user network has the host (qemu-system(1), {@code -netdev user}). */
    private static final String HOST_ADDRESS = "10.0.2.2";

    private final ProviderContext context;
    private final Planner planner;
    private final Programs programs;
    private final Accelerators accelerators;
    private final HostMemory memory;
    private final BootSlots slots;
    private final GuestNetwork network;
    private final FreeSpace space;

    MachineStart(
            ProviderContext context,
            Planner planner,
            Programs programs,
            Accelerators accelerators,
            HostMemory memory,
            BootSlots slots,
            GuestNetwork network) {
        this.context = context;
        this.planner = planner;
        this.programs = programs;
        this.accelerators = accelerators;
        this.memory = memory;
        this.slots = slots;
        this.network = network;
        this.space = FreeSpace.of(context.settings().size("min-free"));
    }

    Machine create(MachinePlan plan, CreateContext create) throws ProviderException, InterruptedException {
        MachineSpec spec = plan.spec();
        MachineFiles files = new MachineFiles(context.directory(spec.id()));
        Optional<Lan> lan = create.network().map(seat -> Lan.of(context.realm(), context.instance(), seat));
        try {
            Optional<ChildProcess> running = context.processes().find(files.process(), spec.id());
            if (running.isPresent() && !files.isDiscarded()) {
                return describe(plan, lan, files, running.get(), create);
            }
            Guest guest = planner.guest(spec, create);
            space.require(files.folder(), 0, "the disks of machines");
            Check wanted = () -> requireNotDiscarded(files, spec.id());
            memory.await(guest.memoryMebibytes(), create.deadline(), create::progress, wanted);
            Accelerator accelerator = accelerator(spec, guest, create);
            if (!accelerator.name().equals("tcg")) {
                return boot(plan, lan, guest, accelerator, files, create);
            }
            BootSlot slot = slots.take(create.deadline(), create::progress, wanted);
            try {
                Machine machine = boot(plan, lan, guest, accelerator, files, create);
                machine.awake().whenComplete((guestIsAwake, never) -> slot.close());
                return machine;
            } catch (Throwable e) { // whatever happened, nothing boots
                slot.close();
                throw e;
            }
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            requireNotDiscarded(files, spec.id());
            throw new ProviderException(Kind.RETRYABLE, "cannot start QEMU: " + e.getMessage(), e);
        } finally {
            forgetIfDiscarded(files);
        }
    }

    /** Whoever discarded the machine may have done so between the last look at the barrier and the last file. */
    private static void forgetIfDiscarded(MachineFiles files) {
        try {
            if (files.isDiscarded()) {
                files.delete();
            }
        } catch (IOException e) {
            // The folder is being removed by someone else, which is just as good.
            LOG.debug("cannot remove files of a discarded machine", e);
        }
    }

    private Accelerator accelerator(MachineSpec spec, Guest guest, CreateContext create)
            throws ProviderException, IOException, InterruptedException {
        AccelSetting setting = AccelSetting.of(context, Optional.of(spec.settings()));
        return accelerators.choose(setting, guest.emulator(), guest.architecture(), create.deadline());
    }

    private Machine boot(
            MachinePlan plan,
            Optional<Lan> lan,
            Guest guest,
            Accelerator accelerator,
            MachineFiles files,
            CreateContext create)
            throws ProviderException, IOException, InterruptedException {
        create.progress("starting QEMU with " + accelerator.name() + ": " + accelerator.reason());
        prepare(guest, accelerator, plan.spec(), files, create);
        ChildProcess process = start(guest, lan, accelerator, plan.spec(), files);
        try {
            return describe(plan, lan, files, process, create);
        } catch (IOException | ProviderException | InterruptedException e) {
            process.kill();
            throw e;
        }
    }

    private void prepare(
            Guest guest, Accelerator accelerator, MachineSpec spec, MachineFiles files, CreateContext create)
            throws ProviderException, IOException, InterruptedException {
        requireNotDiscarded(files, spec.id());
        files.delete();
        MachineNote.write(files.note(), guest, spec.tags(), accelerator);
        if (create.bootstrap().isPresent()) {
            requireNotDiscarded(files, spec.id());
            NoCloudSeed.write(files.seed(), spec, create.bootstrap().get());
        }
        requireNotDiscarded(files, spec.id());
        createOverlay(guest, spec, files, create.deadline());
    }

    private void createOverlay(Guest guest, MachineSpec spec, MachineFiles files, Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        DiskImage image = guest.image();
        List<String> command = new ArrayList<>(List.of(programs.imageTool().toString(), "create", "-q", "-f", "qcow2"));
        command.addAll(List.of("-F", image.format(), "-b", image.path().toString(), MachineFiles.OVERLAY));
        command.add(Long.toString(guest.diskBytes()));
        ProcessResult result = context.processes()
                .run(
                        ProcessSpec.of(command)
                                .directory(files.folder())
                                .recorded(files.process(), files.discarded())
                                .machine(spec.id()),
                        deadline);
        if (!result.succeeded()) {
            requireNotDiscarded(files, spec.id());
            String why = result.timedOut()
                    ? "it took too long"
                    : QemuMessages.last(result.output()).orElse("status " + result.exitStatus());
            throw new ProviderException(spec.location() + ": cannot make an overlay over the image " + image.path()
                    + ": " + QemuMessages.explain(why));
        }
    }

    private ChildProcess start(
            Guest guest, Optional<Lan> lan, Accelerator accelerator, MachineSpec spec, MachineFiles files)
            throws IOException {
        boolean seeded = Files.exists(files.seed());
        return context.processes()
                .start(ProcessSpec.of(CommandLine.of(guest, accelerator.name(), seeded, lan))
                        .directory(files.folder())
                        .output(files.log())
                        .recorded(files.process(), files.discarded())
                        .machine(spec.id()));
    }

    /** Asks QEMU for the port as soon as it answers, unless it ends before. */
    private Machine describe(
            MachinePlan plan, Optional<Lan> lan, MachineFiles files, ChildProcess process, CreateContext create)
            throws ProviderException, IOException, InterruptedException {
        MachineRef ref = plan.ref();
        CompletableFuture<Integer> exit = process.exit().toCompletableFuture();
        HostAndPort address = sshAddress(ref.machine(), files, exit, create);
        MachineNote note = MachineNote.read(files.note());
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("accel", note.accelerator().name());
        attributes.put("accel-reason", note.accelerator().reason());
        attributes.put("pid", Long.toString(process.pid()));
        return Machine.builder(ref)
                .address(address)
                .console(files.console())
                .attributes(attributes)
                .hostAddress(planner.hasHostAccess(plan.spec()) ? HOST_ADDRESS : null)
                .networks(lan.map(Lan::card).stream().toList())
                .mounts(SharedFolders.mounts(plan.spec().profile().shares()))
                .awake(network.awake(ref.machine(), files))
                .death(exit.thenApply(status -> QemuMessages.ended(status, files.lastMessage())))
                .build();
    }

    private static HostAndPort sshAddress(
            MachineId machine, MachineFiles files, CompletableFuture<Integer> exit, CreateContext create)
            throws ProviderException, IOException, InterruptedException {
        Deadline deadline = create.deadline();
        while (true) {
            try (Monitor monitor = Monitor.connect(files.monitor(), machine, deadline)) {
                return SshForward.settle(monitor, create::usedRecently, deadline);
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                requireRunning(machine, files, exit);
                if (deadline.expired()) {
                    throw e;
                }
            }
        }
    }

    /** Gives QEMU a moment to open its monitor; throws if it ended instead. */
    private static void requireRunning(MachineId machine, MachineFiles files, CompletableFuture<Integer> exit)
            throws ProviderException, InterruptedException {
        try {
            int status = exit.get(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            requireNotDiscarded(files, machine);
            throw new ProviderException(QemuMessages.explain(QemuMessages.ended(status, files.lastMessage())));
        } catch (TimeoutException e) {
            // It still starts.
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process cannot fail", e);
        }
    }

    private static void requireNotDiscarded(MachineFiles files, MachineId machine) throws ProviderException {
        if (files.isDiscarded()) {
            throw new ProviderException("machine " + machine + " was discarded while it was being created");
        }
    }
}
