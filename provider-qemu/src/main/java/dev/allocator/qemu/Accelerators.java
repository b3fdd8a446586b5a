package dev.allocator.qemu;

import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Chooses how guests run. Whether KVM works is tried once and {@linkplain KvmVerdicts remembered}. */
final class Accelerators {

    private final ProviderContext context;
    private final Path device;
    private final KvmProbe probe;
    private final KvmVerdicts verdicts;
    private final ReentrantLock lock = new ReentrantLock();

    /** @param device {@link KvmDevice#PATH}, or what stands in for it */
    Accelerators(ProviderContext context, Path device) {
        this.context = context;
        this.device = device;
        this.probe = new KvmProbe(context);
        this.verdicts = new KvmVerdicts(context, device);
    }

    /**
     * Chooses.
     *
     * @throws ProviderException if that is wanted which cannot be
     */
    Accelerator choose(AccelSetting setting, Path emulator, Architecture architecture, Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        boolean foreign = !architecture.unameName().equals(Architecture.hostName());
        String cannot = "KVM cannot run " + architecture.unameName() + " guests on this host";
        return switch (setting.value()) {
            case "kvm" -> {
                if (foreign) {
                    throw new ProviderException(setting.reason() + ", but " + cannot + "; choose auto or tcg");
                }
                yield Accelerator.kvm(setting.reason());
            }
            case "tcg" -> Accelerator.tcg(setting.reason());
            default -> foreign ? Accelerator.tcg(cannot) : find(emulator, architecture, deadline);
        };
    }

    private Accelerator find(Path emulator, Architecture architecture, Deadline deadline)
            throws IOException, InterruptedException {
        KvmDevice found = KvmDevice.look(device);
        if (found != KvmDevice.OPEN) {
            return Accelerator.insteadOfKvm(found.reason());
        }
        // One probe at a time: several at once would slow each other down.
        lock.lockInterruptibly();
        try {
            Optional<Accelerator> known = verdicts.load(emulator);
            if (known.isPresent()) {
                return known.get();
            }
            KvmProbe.Verdict verdict = probe.run(emulator, architecture, deadline);
            if (!verdict.counts().isZero()) {
                verdicts.save(emulator, verdict);
            }
            return verdict.accelerator();
        } finally {
            lock.unlock();
        }
    }

    /** What to do about KVM that cannot be used, a sentence each. */
    List<String> advice(Path emulator) {
        String user = context.environment().getOrDefault("USER", System.getProperty("user.name", "USER"));
        return KvmDevice.look(device).advice(user, verdicts.file(emulator));
    }
}
