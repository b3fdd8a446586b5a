package dev.allocator.core.machine;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a machine's console showed, and how far its boot came by that.
 *
 * @param lines printable ones that are not blank
 */
public record ConsoleText(List<String> lines) {

    /** What nothing is known of. */
    public static final ConsoleText NONE = new ConsoleText(List.of());

    private static final int TAIL_LINES = 30;
    private static final int LONGEST_QUOTE = 200;

    private static final Pattern PANIC = Pattern.compile("Kernel panic - not syncing: .*");

    /** A kernel with its clock, or the first program that it runs. */
    private static final Pattern KERNEL = Pattern.compile(
            "^\\[ *\\d+\\.\\d+\\] .*|.*\\bLinux version \\d.*|^\\[ {2}OK {2}\\] .*|^systemd .* running in system mode.*"
                    + "|^Welcome to (?!GRUB).*|.*\\blogin: ?$");

    private static final Pattern LOGIN = Pattern.compile(".*\\blogin: ?$");

    /** Firmware and boot loaders by the words that they greet, ask or give up with. */
    private static final Pattern BOOT_LOADER = Pattern.compile(
            "SeaBIOS|iPXE|\\bPXE\\b|Booting from |Boot failed|[Nn]o bootable device|GNU GRUB|\\bgrub( rescue)?>|\\bGRUB\\b"
                    + "|Welcome to GRUB|SYSLINUX|ISOLINUX|EXTLINUX|BdsDxe|UEFI|\\bShell>|U-Boot|Missing operating system"
                    + "|Operating system not found|Booting `");

    /** The last words of a boot loader to a kernel. */
    private static final Pattern HANDED_OVER = Pattern.compile(
            "^Loading (Linux|initial ramdisk) .*|.*Booting the kernel.*|^EFI stub: .*|.*Decompressing Linux.*");

    /** Copies the lines. */
    public ConsoleText {
        lines = List.copyOf(lines);
    }

    /** The last lines, at most 30. */
    public List<String> tail() {
        return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    }

    /** That the kernel gave up, in its own words, or empty. */
    public Optional<String> panic() {
        return lines.stream()
                .map(PANIC::matcher)
                .filter(Matcher::find)
                .findFirst()
                .map(panic -> "its kernel gave up: " + quote(panic.group()));
    }

    /** How far the boot came of a machine that nobody could log in to in time; empty if the console does not tell. */
    public Optional<String> standstill() {
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String last = lines.get(lines.size() - 1);
        if (lines.stream().anyMatch(line -> KERNEL.matcher(line).matches())) {
            return Optional.of(
                    LOGIN.matcher(last).matches()
                            ? "its system is up, by its console, which says " + quote(last)
                            : "the last line on its console is " + quote(last));
        }
        if (HANDED_OVER.matcher(last).matches()) {
            return Optional.of("its boot loader started a kernel, which writes nothing to the console: " + quote(last));
        }
        return lines.stream().anyMatch(line -> BOOT_LOADER.matcher(line).find())
                ? Optional.of("it got stuck in its firmware or boot loader and started no kernel, the last line on its"
                        + " console is " + quote(last))
                : Optional.empty();
    }

    private static String quote(String line) {
        String text = line.strip();
        return "'" + (text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text) + "'";
    }
}
