package dev.allocator.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory the host can spare. */
final class HostMemory {

    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+([0-9]+) kB");

    private HostMemory() {}

    /** {@code MemAvailable} of {@code /proc/meminfo} (proc(5)) in MiB, or empty where there is none. */
    static OptionalLong availableMebibytes() {
        try {
            Matcher matcher = AVAILABLE.matcher(Files.readString(Path.of("/proc/meminfo")));
            return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1)) / 1024) : OptionalLong.empty();
        } catch (IOException e) {
            // Not Linux: QEMU itself will say if it cannot get the memory.
            return OptionalLong.empty();
        }
    }
}
