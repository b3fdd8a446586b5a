package dev.allocator.qemu;

import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Another process that wants a boot slot: {@code ROOT SLOTS SECONDS}. Holds it for ever, or says that there is none. */
final class BootSlotProgram {

    private BootSlotProgram() {}

    public static void main(String[] words) throws Exception {
        Path root = Path.of(words[0]);
        TestContext context = new TestContext(root).setting("boot-slots", Long.valueOf(words[1]));
        Deadline deadline = Deadline.in(Duration.ofSeconds(Long.parseLong(words[2])));
        try (BootSlot slot = new BootSlots(context, new Bell()).take(deadline, line -> {}, () -> {})) {
            Files.createFile(root.resolve("taken"));
            new CountDownLatch(1).await();
        } catch (ProviderException e) {
            Files.writeString(root.resolve("refused"), String.valueOf(e.getMessage()));
        }
    }

    static Process start(Path root, int slots, int seconds) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BootSlotProgram.class.getName(),
                        root.toString(),
                        Integer.toString(slots),
                        Integer.toString(seconds))
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("program.out").toFile())
                .start();
    }
}
