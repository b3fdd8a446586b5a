package dev.allocator.cli;

import dev.allocator.AllocationException;
import dev.allocator.AllocationFailure;
import dev.allocator.NoCapacityException;
import dev.allocator.Phase;
import dev.allocator.ReadinessTimeoutException;
import dev.allocator.StoreException;
import dev.allocator.UnknownProfileException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The failures that {@code TROUBLESHOOTING.md} has a section for; of several that fit, the first one is the cause. */
enum Trouble {
    KERNEL_PANIC("the machine's kernel panicked|kernel panic"),
    BOOT_LOADER("boot loader|No bootable device|Boot failed|GRUB|Minimal BASH-like|BdsDxe: failed"),
    KVM("/dev/kvm|\\bKVM\\b|kvm: "),
    QEMU_MISSING("(qemu-\\S+|genisoimage|xorriso) is not installed|cannot start qemu"),
    DISK_FULL("no space left|disk quota|free some space|too little space|min-free"),
    NETWORK_NAME("the name '.*' is taken in network"),
    NO_ROOM("no room|too little memory|cannot set up guest memory|the host has [0-9]+ MiB"),
    IMAGE_DOWNLOAD("cannot download (?!')|download(ing)? .*(failed|https?://)|checksum|SHA(-)?(256|512)"),
    IMAGE_MISSING("the image .* cannot be|no image '|image .*(does not exist|is missing)"),
    LXD_NOT_INITIALISED("lxd init"),
    LXD_PERMISSION("may not open the socket|group lxd"),
    LXD_ABSENT("there is no socket|nobody listens at|LXD cannot be reached|LXD .* is too old|not LXD"),
    LOGIN_REFUSED("refused the log-in|log-in refused|cannot log in|could not log in|does not get better"),
    SSH_SILENT("no SSH banner|the network of .* did not come up"),
    SETUP_STEP("setup step"),
    MACHINE_DIED("(qemu|machine|instance|process) .*(died|exited|has ended|stopped)|exit(ed)? (with )?status"),
    SEVERAL_LEASES("leases are at"),
    UNKNOWN_LEASE("no lease '.*' is known"),
    REAPER("machines may stay if this process is killed|leases do not end by themselves"),
    STATE_DIRECTORY("state directory|the owner's lock file"),
    SSH_CLIENT("cannot start 'ssh'"),
    PORT_TAKEN("cannot listen on"),
    UNKNOWN_PROFILE("unknown profile");

    private final Pattern words;

    Trouble(String words) {
        this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    }

    /** The section's name in a link. */
    String anchor() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a failure is a case of, if it is well-known: by its type and phase, else by what is said. */
    static Optional<Trouble> of(Throwable failure) {
        Optional<Trouble> said = Stream.iterate(failure, each -> each != null, Throwable::getCause)
                .limit(10)
                .flatMap(each -> Stream.ofNullable(each.getMessage()))
                .flatMap(message -> of(message).stream())
                .findFirst();
        if (failure instanceof AllocationException allocation) {
            return onConsole(allocation.failure()).or(() -> said).or(() -> byPhase(allocation));
        }
        if (failure instanceof UnknownProfileException) {
            return Optional.of(UNKNOWN_PROFILE);
        }
        return failure instanceof StoreException ? said.or(() -> Optional.of(STATE_DIRECTORY)) : said;
    }

    /** What a sentence, such as one of {@code check}, is about. */
    static Optional<Trouble> of(String sentence) {
        return Stream.of(values())
                .filter(trouble -> trouble.words.matcher(sentence).find())
                .findFirst();
    }

    /** A guest that never came up says itself why; what is on the console of one that did is no cause. */
    private static Optional<Trouble> onConsole(AllocationFailure failure) {
        if (failure.phase() != Phase.CREATE && failure.phase() != Phase.REACH) {
            return Optional.empty();
        }
        String console = failure.consoleTail().stream().collect(Collectors.joining("\n"));
        return Stream.of(KERNEL_PANIC, BOOT_LOADER)
                .filter(trouble -> trouble.words.matcher(console).find())
                .findFirst();
    }

    private static Optional<Trouble> byPhase(AllocationException failure) {
        if (failure instanceof NoCapacityException) {
            return Optional.of(NO_ROOM);
        }
        if (failure instanceof ReadinessTimeoutException) {
            return Optional.of(failure.failure().phase() == Phase.SETUP ? SETUP_STEP : SSH_SILENT);
        }
        return Optional.empty();
    }
}
