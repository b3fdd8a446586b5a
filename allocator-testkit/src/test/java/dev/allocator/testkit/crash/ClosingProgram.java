package dev.allocator.testkit.crash;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.event.AllocatorEvent;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Uses an allocator and closes it, writes down which threads there are then, and lives on until its input ends. It does
 * not name its state directory, {@code state} in the working directory, to its starter or to anyone.
 */
final class ClosingProgram {

    private ClosingProgram() {}

    public static void main(String[] arguments) throws Exception {
        try (Allocator allocator = Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(Path.of("state"))
                .profile(CrashProgram.cheap())
                .build())) {
            allocator.on(AllocatorEvent.class, AllocatorEvent::at);
            Lease attached = allocator.allocate("cheap");
            Lease discarded = allocator.allocate("cheap");
            Lease detached = allocator.allocate("cheap");
            discarded.discard();
            detached.detach();
            detached.discard();
            attached.renew(java.time.Duration.ofMinutes(1));
        }
        awaitStoppedThreads();
        try (PrintStream out = new PrintStream("threads.new", StandardCharsets.UTF_8)) {
            Thread.getAllStackTraces()
                    .keySet()
                    .forEach(thread -> out.println((thread.isDaemon() ? "daemon " : "user ") + thread.getName()));
        }
        Files.move(Path.of("threads.new"), Path.of("threads"));
        System.in.read();
    }

    /** A thread that was told to stop, or has done its work, needs a moment to be gone. */
    private static void awaitStoppedThreads() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("allocator-")) {
                thread.join(2_000);
            }
        }
    }
}
