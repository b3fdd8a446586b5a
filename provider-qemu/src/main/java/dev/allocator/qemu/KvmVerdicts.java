package dev.allocator.qemu;

import dev.allocator.qemu.image.FreshFile;
import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what a probe of KVM showed, a file for each QEMU in the folder of this host. A verdict counts as long as
 * nothing that it may depend on has changed: the boot, the kernel, the device, the program. One against KVM counts for
 * a limited time, as a host may have been too busy. A damaged file is none.
 */
final class KvmVerdicts {

    private static final Logger LOG = LoggerFactory.getLogger(KvmVerdicts.class);
    private static final int FORMAT = 2;
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path KERNEL = Path.of("/proc/sys/kernel/osrelease");

    private final ProviderContext context;
    private final Path device;

    KvmVerdicts(ProviderContext context, Path device) {
        this.context = context;
        this.device = device;
    }

    /** Where the verdict on a program is. */
    Path file(Path emulator) {
        return HostFolder.path(context)
                .resolve("kvm-" + HostFolder.hash(emulator.toAbsolutePath().toString()) + ".json");
    }

    /** What is remembered of a program, if that still counts. */
    Optional<Accelerator> load(Path emulator) {
        try {
            Path file = file(emulator);
            return Files.exists(file) ? read(Json.object(Files.readString(file)), emulator) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            LOG.debug("a verdict on KVM cannot be read, KVM is tried again", e);
            return Optional.empty();
        }
    }

    private Optional<Accelerator> read(Map<String, Object> verdict, Path emulator) throws IOException {
        Instant found = Instant.parse(Json.text(verdict, "found"));
        Map<String, Object> facts = facts(emulator);
        boolean same =
                facts.entrySet().stream().allMatch(fact -> fact.getValue().equals(verdict.get(fact.getKey())));
        String reason = Json.text(verdict, "reason");
        if (!same || reason.isEmpty()) {
            return Optional.empty();
        }
        Instant now = context.clock().instant();
        boolean recent = found.isBefore(now.plusSeconds(1)) && now.isBefore(Instant.parse(Json.text(verdict, "until")));
        return switch (Json.text(verdict, "accel")) {
            case "kvm" -> Optional.of(Accelerator.kvm(reason));
            case "tcg" -> recent ? Optional.of(Accelerator.insteadOfKvm(reason)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Remembers; where that cannot be written, the next process tries again. */
    void save(Path emulator, KvmProbe.Verdict probed) {
        Accelerator verdict = probed.accelerator();
        try {
            Path unused = HostFolder.create(context);
            Map<String, Object> all = new LinkedHashMap<>(facts(emulator));
            all.put("accel", verdict.name());
            all.put("reason", verdict.reason());
            Instant now = context.clock().instant();
            all.put("found", now.toString());
            all.put("until", now.plus(probed.counts()).toString());
            FreshFile.write(file(emulator), (Json.write(all) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException | DateTimeException e) {
            LOG.warn("the verdict on KVM cannot be remembered, the next process tries again: {}", e.toString());
        }
    }

    /** What it may depend on. The device is made anew when its kernel module is loaded anew, with other options say. */
    private Map<String, Object> facts(Path emulator) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("format", Integer.toString(FORMAT));
        facts.put("boot", HostFolder.read(BOOT));
        facts.put("kernel", HostFolder.read(KERNEL));
        facts.put("device", identity(device));
        facts.put("qemu", emulator.toAbsolutePath() + " " + identity(emulator));
        return facts;
    }

    private static String identity(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:ino,ctime,size");
        return attributes.get("ino") + " " + attributes.get("ctime") + " " + attributes.get("size");
    }
}
