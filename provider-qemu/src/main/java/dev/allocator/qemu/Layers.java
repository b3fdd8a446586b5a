package dev.allocator.qemu;

import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the files that take what a guest writes: throw-away layers over images, and empty drives. */
final class Layers {

    private final ProviderContext context;
    private final Programs programs;

    Layers(ProviderContext context, Programs programs) {
        this.context = context;
        this.programs = programs;
    }

    void create(Guest guest, MachineSpec spec, MachineFiles files, Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        create(Optional.of(guest.image()), guest.diskBytes(), MachineFiles.OVERLAY, spec, files, deadline);
        for (Drive drive : guest.drives()) {
            if (drive.hasLayer()) {
                create(drive.base(), drive.size(), drive.layer(), spec, files, deadline);
            }
        }
    }

    private void create(
            Optional<DiskImage> base, long size, String file, MachineSpec spec, MachineFiles files, Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(programs.imageTool().toString(), "create", "-q", "-f", "qcow2"));
        base.ifPresent(image ->
                command.addAll(List.of("-F", image.format(), "-b", image.path().toString())));
        command.addAll(List.of(file, Long.toString(size)));
        ProcessResult result = context.processes()
                .run(
                        ProcessSpec.of(command)
                                .directory(files.folder())
                                .recorded(files.process(), files.discarded())
                                .machine(spec.id()),
                        deadline);
        if (!result.succeeded()) {
            MachineStart.requireNotDiscarded(files, spec.id());
            String why = result.timedOut()
                    ? "it took too long"
                    : QemuMessages.last(result.output()).orElse("status " + result.exitStatus());
            throw new ProviderException(spec.location() + ": cannot make "
                    + base.map(image -> "an overlay over the image " + image.path())
                            .orElse("the file " + file)
                    + ": " + QemuMessages.explain(why));
        }
    }
}
