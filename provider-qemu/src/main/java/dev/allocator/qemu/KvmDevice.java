package dev.allocator.qemu;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What {@code /dev/kvm} is for this user. It is looked at each time, as it costs nothing and may be mended any time. */
enum KvmDevice {
    /** There is none. */
    MISSING,
    /** This user may not open it. */
    FORBIDDEN,
    /** It can be opened, which does not prove that guests run. */
    OPEN;

    /** Where it is. */
    static final Path PATH = Path.of("/dev/kvm");

    static KvmDevice look(Path device) {
        if (!Files.exists(device)) {
            return MISSING;
        }
        return Files.isReadable(device) && Files.isWritable(device) ? OPEN : FORBIDDEN;
    }

    /** Why it cannot be used, in words that follow "because". */
    String reason() {
        return switch (this) {
            case MISSING -> PATH + " does not exist";
            case FORBIDDEN -> "this user may not open " + PATH;
            case OPEN -> PATH + " can be opened";
        };
    }

    /**
     * What to do about it, a sentence each.
     *
     * @param user the user's name
     * @param verdict the file that remembers what was found out
     */
    List<String> advice(String user, Path verdict) {
        return switch (this) {
            case MISSING ->
                List.of("to have " + PATH + ": switch on virtualisation (VT-x or AMD-V) in the firmware and load the"
                        + " module with 'sudo modprobe " + module() + "'; in a virtual machine its host must"
                        + " allow nested virtualisation, in a container pass --device " + PATH);
            case FORBIDDEN ->
                List.of(
                        "to let this user open " + PATH + ": sudo usermod -aG kvm " + user + ", then log in again",
                        "to let everybody open it, as on a CI runner: echo 'KERNEL==\"kvm\", GROUP=\"kvm\","
                                + " MODE=\"0666\", OPTIONS+=\"static_node=kvm\"' | sudo tee"
                                + " /etc/udev/rules.d/99-kvm4all.rules; sudo udevadm control --reload-rules;"
                                + " sudo udevadm trigger --name-match=kvm");
            case OPEN ->
                List.of("guests do not run under this host's KVM, often because nested virtualisation is switched off"
                        + " or broken on the host below; " + verdict
                        + " remembers that for an hour or a day, at most until the next"
                        + " boot, delete it to try again, or set " + AccelSetting.VARIABLE + "=kvm to insist");
        };
    }

    private static String module() {
        return System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("amd64")
                ? "kvm_intel (or kvm_amd)"
                : "kvm";
    }
}
