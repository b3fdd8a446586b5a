package dev.allocator.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** QEMU's arguments (qemu-system(1)). Files are named relative to the machine's folder. */
final class CommandLine {

    /** Emulation keeps up to 1 GiB of translated code unless told otherwise; a booted Debian needs a tenth of that. */
    private static final String TCG = "tcg,tb-size=256";

    /** The user network's name. */
    static final String NETWORK = "net";

    private static final int SSH = 22;

    private CommandLine() {}

    /** How to forward to a port of the guest, from one that QEMU itself binds, so that nobody can take it before. */
    static String forward(int guestPort) {
        return "tcp:127.0.0.1:0-:" + guestPort;
    }

    /**
     * The whole command.
     *
     * @param lan the network that it shares with other machines, if it does
     */
    static List<String> of(Guest guest, String accelerator, boolean seeded, Optional<Lan> lan) {
        List<String> command = new ArrayList<>();
        command.add(guest.emulator().toString());
        command.addAll(List.of("-name", "allocator-" + guest.machine()));
        command.addAll(List.of("-uuid", guest.machine().value()));
        command.addAll(platform(guest.architecture(), accelerator));
        guest.firmware().ifPresent(path -> command.addAll(List.of("-bios", path.toString())));
        command.addAll(List.of("-smp", Integer.toString(guest.cpus()), "-m", guest.memoryMebibytes() + "M"));
        // The overlay dies with the machine: no reason to wait for the host's disk when the guest flushes.
        command.addAll(List.of(
                "-drive",
                "file=" + MachineFiles.OVERLAY + ",format=qcow2,if=none,id=disk,cache=unsafe,discard=unmap",
                "-device",
                "virtio-blk-pci,drive=disk,bootindex=0"));
        if (seeded) {
            command.addAll(List.of(
                    "-drive",
                    "driver=vvfat,dir=" + MachineFiles.SEED + ",label=" + NoCloudSeed.LABEL
                            + ",read-only=on,if=none,id=seed",
                    "-device",
                    "virtio-blk-pci,drive=seed"));
        }
        command.addAll(List.of(
                "-netdev",
                "user,id=" + NETWORK + (guest.hostAccess() ? "" : ",restrict=on") + ",hostfwd=" + forward(SSH)));
        // No network boot, so no boot ROM.
        command.addAll(List.of("-device", "virtio-net-pci,netdev=" + NETWORK + ",romfile="));
        command.addAll(
                List.of("-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng"));
        lan.map(Lan::arguments).ifPresent(command::addAll);
        command.addAll(SharedFolders.arguments(guest.shares()));
        command.addAll(List.of("-serial", "file:" + MachineFiles.CONSOLE));
        for (String socket : List.of(MachineFiles.QMP, MachineFiles.QMP_DISCARD, MachineFiles.QMP_EVENTS)) {
            command.addAll(List.of("-qmp", "unix:" + socket + ",server=on,wait=off"));
        }
        return command;
    }

    /** The bare machine, the same for real guests and for the probe. */
    static List<String> platform(Architecture architecture, String accelerator) {
        return List.of(
                "-no-user-config",
                "-nodefaults",
                "-display",
                "none",
                "-machine",
                // Without graphics, the firmware and boot loaders that write by it show on the serial console, too.
                architecture.machineType() + ",graphics=off",
                "-accel",
                accelerator.equals("tcg") ? TCG : accelerator,
                "-cpu",
                accelerator.equals("kvm") ? "host" : "max");
    }
}
