package dev.allocator.qemu;

import dev.allocator.spi.Deadline;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Diagnosis.Severity;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what an instance can do for guests of the host's own architecture. */
final class Doctor {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ProviderContext context;
    private final Programs programs;
    private final Accelerators accelerators;

    Doctor(ProviderContext context, Programs programs, Accelerators accelerators) {
        this.context = context;
        this.programs = programs;
        this.accelerators = accelerators;
    }

    List<Diagnosis> diagnose() {
        List<Diagnosis> diagnoses = new ArrayList<>();
        try {
            programs.imageTool();
        } catch (ProviderException e) {
            diagnoses.add(new Diagnosis(Severity.ERROR, String.valueOf(e.getMessage())));
        }
        try {
            Optional<Architecture> architecture = Architecture.named(Architecture.hostName());
            if (architecture.isEmpty()) {
                diagnoses.add(new Diagnosis(
                        Severity.WARNING,
                        "profiles must name an arch: there are no machines of this host's, "
                                + Architecture.hostName()));
                return diagnoses;
            }
            examine(architecture.get(), diagnoses);
        } catch (ProviderException | IOException e) {
            diagnoses.add(new Diagnosis(Severity.ERROR, String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            diagnoses.add(new Diagnosis(Severity.WARNING, "interrupted before QEMU was examined"));
        }
        return diagnoses;
    }

    private void examine(Architecture architecture, List<Diagnosis> diagnoses)
            throws ProviderException, IOException, InterruptedException {
        Deadline deadline = Deadline.in(LIMIT);
        Path emulator = programs.emulator(architecture);
        diagnoses.add(new Diagnosis(Severity.INFO, emulator + ": " + version(emulator, deadline)));
        Accelerator accelerator = accelerator(emulator, architecture, deadline);
        diagnoses.add(new Diagnosis(
                accelerator.fallback() ? Severity.WARNING : Severity.INFO,
                accelerator.fallback()
                        ? "guests are emulated (tcg), which is slow: " + accelerator.reason()
                        : "guests run with " + accelerator.name() + ": " + accelerator.reason()));
        if (accelerator.fallback()) {
            accelerators.advice(emulator).forEach(line -> diagnoses.add(new Diagnosis(Severity.INFO, line)));
        }
    }

    private Accelerator accelerator(Path emulator, Architecture architecture, Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        return accelerators.choose(AccelSetting.of(context, Optional.empty()), emulator, architecture, deadline);
    }

    /** How guests of this host's architecture run, as of a machine's attributes. */
    Map<String, String> attributes() throws ProviderException {
        Optional<Architecture> architecture = Architecture.named(Architecture.hostName());
        if (architecture.isEmpty()) {
            return Map.of();
        }
        try {
            Path emulator = programs.emulator(architecture.get());
            return Map.of(
                    "accel",
                    accelerator(emulator, architecture.get(), Deadline.in(LIMIT))
                            .name());
        } catch (IOException e) {
            throw new ProviderException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    private String version(Path emulator, Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        ProcessResult result =
                context.processes().run(ProcessSpec.of(List.of(emulator.toString(), "--version")), deadline);
        if (!result.succeeded()) {
            throw new ProviderException(emulator + " does not run: "
                    + QemuMessages.ended(result.exitStatus(), QemuMessages.last(result.output())));
        }
        return result.output().lines().findFirst().orElse("");
    }
}
