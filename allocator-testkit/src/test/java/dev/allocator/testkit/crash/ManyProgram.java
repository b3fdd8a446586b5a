package dev.allocator.testkit.crash;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Allocates many machines, a few at a time, and ends their leases in each way there is. Writes a line for each: lease,
 * machine, process.
 */
final class ManyProgram {

    private static final int AT_ONCE = 5;

    private ManyProgram() {}

    /** Arguments: the state directory, how many, and the file to write. */
    public static void main(String[] arguments) throws Exception {
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(Path.of(arguments[0]))
                .profile(CrashProgram.cheap())
                .build();
        Deque<Lease> leases = new ArrayDeque<>();
        try (PrintStream out = new PrintStream(arguments[2], StandardCharsets.UTF_8);
                Allocator allocator = Allocator.open(options)) {
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                Lease lease = allocator.allocate("cheap");
                out.println(lease.id() + " " + lease.info().machine().orElseThrow() + " "
                        + lease.attributes().get("pid"));
                leases.add(lease);
                if (leases.size() == AT_ONCE) {
                    Lease oldest = leases.remove();
                    if (i % 2 == 0) {
                        oldest.detach();
                    }
                    oldest.discard();
                }
            }
            out.flush();
        }
    }
}
