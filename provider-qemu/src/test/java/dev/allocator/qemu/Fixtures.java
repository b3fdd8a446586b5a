package dev.allocator.qemu;

import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.spi.Location;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.MachineTags;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Small images, specs, and the question whether QEMU is here. */
final class Fixtures {

    static final Instant EXPIRES = Instant.parse("2030-01-02T03:04:05Z");

    private static final Location LOCATION = new Location("allocator.yaml", 7, 3);

    private Fixtures() {}

    /** Skips a test with a reason where QEMU is missing, or fails it where it must not be. */
    static Path requireQemu() {
        for (String tool : new String[] {"qemu-img", "qemu-system-x86_64"}) {
            boolean found = false;
            for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
                found |= Files.isExecutable(Path.of(folder, tool));
            }
            if (!found && "required".equals(System.getProperty("e2e"))) {
                Assertions.fail(tool + " is missing, and -De2e=required says that it must not be");
            }
            Assumptions.assumeTrue(found, tool + " is not installed");
        }
        return Path.of("qemu-system-x86_64");
    }

    /** A disk whose boot sector writes "Hi" to the serial port and halts for ever. */
    static Path haltingDisk(Path file) throws IOException {
        byte[] code = HexFormat.of().parseHex("baf803b048eeb069eeb00aeefaf4ebfd");
        return disk(file, code);
    }

    private static Path disk(Path file, byte[] code) throws IOException {
        ByteBuffer disk = ByteBuffer.allocate(1 << 20);
        disk.put(code).put(510, (byte) 0x55).put(511, (byte) 0xaa);
        Files.createDirectories(file.getParent());
        return Files.write(file, disk.array());
    }

    static Profile.Builder profile(String image) {
        return Profile.named("tiny", "qemu").image(image).arch("x86_64").memory(dev.allocator.DataSize.ofMebibytes(64));
    }

    static MachineSpec spec(TestContext context, Profile profile) {
        return spec(context, profile, Map.of("accel", "tcg"));
    }

    static MachineSpec spec(TestContext context, Profile profile, Map<String, Object> settings) {
        return new MachineSpec(
                MachineId.random(),
                profile,
                new TestSettings(new HashMap<>(settings)),
                LOCATION,
                profile.network(),
                "tiny-host",
                false,
                new MachineTags(
                        context.realm(),
                        Optional.of(LeaseId.random()),
                        "somebody",
                        Optional.of(EXPIRES),
                        Map.of("job", "1")));
    }
}
