package dev.allocator.qemu;

import dev.allocator.DataSize;
import dev.allocator.Profile;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The profiles that need no configuration: cloud images of the catalogue, also by the names that spread has for them. */
final class BuiltIn {

    private static final List<String> SYSTEMS = List.of(
            "debian-11",
            "debian-12",
            "debian-13",
            "ubuntu-22.04",
            "ubuntu-24.04",
            "fedora-41",
            "fedora-42",
            "fedora-43",
            "almalinux-9",
            "rocky-9");

    private static final int CPUS = 2;
    private static final DataSize MEMORY = DataSize.ofMebibytes(1536);
    private static final DataSize DISK = DataSize.ofGibibytes(15);

    /** The first machine of an image waits for its download; a later one continues it. */
    private static final Duration TIMEOUT = Duration.ofMinutes(15);

    private BuiltIn() {}

    static List<Profile> profiles() {
        return SYSTEMS.stream()
                .flatMap(system -> Stream.of(system, system + "-64").map(name -> profile(name, system)))
                .toList();
    }

    private static Profile profile(String name, String system) {
        int dash = system.lastIndexOf('-');
        return Profile.named(name, "qemu")
                .image(system.substring(0, dash) + ":" + system.substring(dash + 1))
                .cpu(CPUS)
                .memory(MEMORY)
                .disk(DISK)
                .timeout(TIMEOUT)
                .build();
    }
}
