package dev.allocator.testkit.crash;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** Allocates machines of which there may be few at a time, by several threads; writes a line for each and each clash. */
final class LimitProgram {

    private LimitProgram() {}

    /** Arguments: the state directory, how many in all, by how many threads, the limit, and where holders are named. */
    public static void main(String[] arguments) throws Exception {
        int each = Integer.parseInt(arguments[1]) / Integer.parseInt(arguments[2]);
        int most = Integer.parseInt(arguments[3]);
        Path holders = Path.of(arguments[4]);
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(Path.of(arguments[0]))
                .profile(Profile.named("few", "process")
                        .readiness(Readiness.none())
                        .timeout(Duration.ofMinutes(8))
                        .limit(most)
                        .build())
                .build();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (Allocator allocator = Allocator.open(options)) {
            Thread[] threads = new Thread[Integer.parseInt(arguments[2])];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> {
                    for (int j = 0; j < each; j++) {
                        hold(allocator, holders, most, out);
                    }
                });
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static void hold(Allocator allocator, Path holders, int most, PrintStream out) {
        try (Lease lease = allocator.allocate("few")) {
            Path mine = Files.createFile(holders.resolve(ProcessHandle.current().pid() + "-" + lease.id()));
            try (Stream<Path> all = Files.list(holders)) {
                long living = all.filter(LimitProgram::lives).count();
                out.println(living > most ? "clash of " + living : "got " + lease.id());
            }
            Files.delete(mine);
        } catch (IOException e) {
            out.println("clash: " + e);
        }
    }

    private static boolean lives(Path holder) {
        String pid = holder.getFileName().toString().split("-")[0];
        return Files.exists(Path.of("/proc", pid, "exe"));
    }
}
