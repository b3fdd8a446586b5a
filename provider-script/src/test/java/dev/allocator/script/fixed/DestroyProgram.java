package dev.allocator.script.fixed;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.MachineRef;
import dev.allocator.testkit.ProviderBench;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Takes a host back, as another process of the same user does: {@code REALM MACHINE}, in the folder of the lab. */
final class DestroyProgram {

    private DestroyProgram() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab(Path.of("").toAbsolutePath(), new RealmId(arguments[0]))
                .host("one")
                .setting("cleanup", Files.readString(Path.of("cleanup")));
        try (ProviderBench bench = lab.open(Lab.profile().build())) {
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8).println("ready");
            bench.provider().destroy(new MachineRef("lab", new MachineId(arguments[1]), Map.of()));
        }
    }
}
