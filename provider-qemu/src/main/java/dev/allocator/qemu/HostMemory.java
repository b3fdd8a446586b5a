package dev.allocator.qemu;

import dev.allocator.DataSize;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Place;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of the host's memory machines may have. Two limits: the machines of an instance share a part of all memory, which
 * the engine keeps account of, since a guest takes what it was promised only by and by; and the host must have a
 * machine's memory to spare when it starts, whoever else has the rest. What never fits is refused, what does not fit now is
 * waited for.
 */
final class HostMemory {

    /** The resource that plans claim. */
    static final String RESOURCE = "MEMORY_MB";

    /** The key of the instance's part. */
    static final String KEY = "host-memory";

    /** Where proc(5) has it. */
    static final Path MEMINFO = Path.of("/proc/meminfo");

    private static final String DEFAULT_SHARE = "75%";
    private static final Pattern PERCENTAGE = Pattern.compile("([0-9]{1,3})\\s*%");
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final ProviderContext context;
    private final Path meminfo;
    private final Bell bell;

    /**
     * On this host.
     *
     * @param meminfo {@link #MEMINFO}, or what stands in for it
     * @param bell rings when a machine has given some back
     */
    HostMemory(ProviderContext context, Path meminfo, Bell bell) {
        this.context = context;
        this.meminfo = meminfo;
        this.bell = bell;
    }

    /**
     * The place that machines share, or nothing where the host does not tell its memory.
     *
     * @throws ProviderException if a machine of that size never fits, or the setting makes no sense
     */
    Optional<Place> place(long mebibytes) throws ProviderException {
        String setting = context.settings().string(KEY).orElse(DEFAULT_SHARE);
        OptionalLong total = amount("MemTotal");
        OptionalLong share = share(setting, total);
        if (share.isEmpty()) {
            return Optional.empty();
        }
        if (mebibytes > share.getAsLong()) {
            throw new ProviderException("the machine needs " + mebibytes
                    + " MiB of memory, but all machines of provider '"
                    + context.instance() + "' together may have " + share.getAsLong() + " MiB (" + KEY + ": " + setting
                    + (total.isPresent() ? ", of the host's " + total.getAsLong() + " MiB" : "")
                    + "): make the machine smaller, or " + KEY + " larger");
        }
        return Optional.of(new Place("host", Map.of(RESOURCE, share.getAsLong())));
    }

    private OptionalLong share(String setting, OptionalLong total) throws ProviderException {
        Matcher percentage = PERCENTAGE.matcher(setting.strip());
        if (percentage.matches() && Long.parseLong(percentage.group(1)) > 0) {
            long percent = Long.parseLong(percentage.group(1));
            return total.isEmpty() ? total : OptionalLong.of(total.getAsLong() * percent / 100);
        }
        try {
            return OptionalLong.of(DataSize.parse(setting).toMebibytes());
        } catch (IllegalArgumentException e) {
            throw new ProviderException(
                    context.settings().location(KEY) + ": '" + KEY
                            + "' must be a size such as 12GiB or a percentage such as " + DEFAULT_SHARE + ", not '"
                            + setting + "'",
                    e);
        }
    }

    /**
     * Waits until the host has that much to spare.
     *
     * @param wanted throws if nobody needs it any more
     * @throws ProviderException if it has not until the deadline
     */
    void await(long mebibytes, Deadline deadline, Consumer<String> progress, Check wanted)
            throws ProviderException, InterruptedException {
        boolean told = false;
        while (true) {
            OptionalLong available = amount("MemAvailable");
            if (available.isEmpty() || available.getAsLong() >= mebibytes) {
                return;
            }
            String lack = "the machine needs " + mebibytes + " MiB of memory, the host has " + available.getAsLong()
                    + " MiB available";
            if (deadline.expired()) {
                throw new ProviderException(
                        Kind.NO_CAPACITY, lack + ", and other programs kept the rest: stop some of them", null);
            }
            if (!told) {
                progress.accept("waiting for memory: " + lack + ", as other programs have the rest");
                told = true;
            }
            wanted.run();
            bell.await(deadline.atMost(LOOK_AGAIN));
        }
    }

    /** A line of the file, in MiB. */
    private OptionalLong amount(String name) {
        try {
            Matcher matcher =
                    Pattern.compile("(?m)^" + name + ":\\s+([0-9]{1,15}) kB").matcher(Files.readString(meminfo));
            return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1)) / 1024) : OptionalLong.empty();
        } catch (IOException e) {
            // Not Linux: QEMU itself will say if it cannot get the memory.
            return OptionalLong.empty();
        }
    }
}
