package dev.allocator.qemu;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Another process that uses the provider: {@code create ROOT REALM BINARY} for ever, {@code destroy ROOT REALM ID}. */
final class QemuProgram {

    private QemuProgram() {}

    public static void main(String[] words) throws Exception {
        TestContext context = new TestContext(Path.of(words[1]), new RealmId(words[2]));
        Provider provider = new QemuProviderFactory().open(context);
        if (words[0].equals("destroy")) {
            provider.destroy(new MachineRef("qemu", new MachineId(words[3]), Map.of()));
            return;
        }
        context.setting("binary", words[3]);
        MachineSpec spec = Fixtures.spec(context, Fixtures.profile("./tiny.img").build());
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            out.write((spec.id() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        provider.create(provider.plan(spec), TestCreate.within(Duration.ofSeconds(60)));
        new CountDownLatch(1).await();
    }

    static Process start(Path root, String... words) throws Exception {
        String[] command = new String[words.length + 5];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        command[1] = "-XX:TieredStopAtLevel=1";
        command[2] = "-cp";
        command[3] = System.getProperty("java.class.path");
        command[4] = QemuProgram.class.getName();
        System.arraycopy(words, 0, command, 5, words.length);
        return new ProcessBuilder(command)
                .redirectError(root.resolve("program.err").toFile())
                .redirectOutput(root.resolve("program.out").toFile())
                .start();
    }
}
