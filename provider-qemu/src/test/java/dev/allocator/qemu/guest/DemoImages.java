package dev.allocator.qemu.guest;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** The bootable images that {@code .ci/test} builds with {@code examples/images/make-debian-image.sh}. */
public final class DemoImages {

    private DemoImages() {}

    /** Debian 12 with the user {@code debian}, password {@code debian}. */
    public static Path plain() {
        return image("debian-12.qcow2");
    }

    /** Debian 12 with cloud-init and no user who can log in. */
    public static Path cloud() {
        return image("debian-12-cloud.qcow2");
    }

    /** As {@link #plain()}, with a kernel that knows 9p. */
    static Path withNineP() {
        return image("debian-12-9p.qcow2");
    }

    /** Boots, but its SSH server never starts. */
    static Path withoutSshd() {
        return image("debian-12-nosshd.qcow2");
    }

    /** Its kernel panics. */
    static Path panicking() {
        return image("debian-12-panic.qcow2");
    }

    private static Path image(String name) {
        Path image = Path.of(System.getProperty("images", "")).resolve(name);
        if (!Files.isReadable(image)) {
            String reason = "no image " + image + ": run .ci/test, which builds it";
            if ("required".equals(System.getProperty("e2e"))) {
                fail(reason);
            }
            System.err.println("skipped: " + reason);
            abort(reason);
        }
        return image;
    }
}
