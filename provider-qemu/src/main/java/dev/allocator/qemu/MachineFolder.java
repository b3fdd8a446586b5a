package dev.allocator.qemu;

import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import java.nio.file.Path;

/** Finds the folder of a machine that may be of another realm. */
final class MachineFolder {

    private MachineFolder() {}

    /**
     * The folder that the ref names, or the one of this realm if it names none. A ref comes from a record that
     * anything may have happened to: a folder that is not called like the machine is not the machine's.
     */
    static MachineFiles of(MachineRef ref, ProviderContext context) {
        String named = ref.data().get(QemuProvider.DIRECTORY);
        if (named != null) {
            Path folder = Path.of(named);
            if (folder.isAbsolute() && folder.endsWith(ref.machine().value())) {
                return new MachineFiles(folder);
            }
        }
        return new MachineFiles(context.directoryPath(ref.machine()));
    }
}
