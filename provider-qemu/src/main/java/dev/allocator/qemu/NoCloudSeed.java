package dev.allocator.qemu;

import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.MachineSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What cloud-init reads in a guest at its first boot: the NoCloud data source on a drive labelled {@code cidata}
 * (cloud-init's documentation, "NoCloud" and "Modules").
 */
final class NoCloudSeed {

    static final String LABEL = "cidata";
    static final String USER_DATA = "user-data";
    static final String META_DATA = "meta-data";

    private NoCloudSeed() {}

    /** Writes the seed so that only this user can read it. */
    static void write(Path folder, MachineSpec spec, Bootstrap bootstrap) throws IOException {
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        writePrivate(folder.resolve(META_DATA), metaData(spec));
        writePrivate(folder.resolve(USER_DATA), userData(spec, bootstrap));
    }

    /** JSON, which is YAML that needs no thought about quoting. */
    static String metaData(MachineSpec spec) {
        return Json.write(Map.of("instance-id", spec.id().value(), "local-hostname", spec.hostName())) + "\n";
    }

    static String userData(MachineSpec spec, Bootstrap bootstrap) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("hostname", spec.hostName());
        config.put("manage_etc_hosts", "localhost");
        // Root logs in with the engine's key; the image's own user stays without it.
        config.put("disable_root", false);
        config.put("disable_root_opts", "");
        config.put(
                "users",
                List.of(
                        "default",
                        Map.of(
                                "name",
                                "root",
                                "lock_passwd",
                                false,
                                "ssh_authorized_keys",
                                List.of(bootstrap.authorizedKey().strip()))));
        // Passwords are off in cloud images, yet users of a machine may ask for one.
        config.put("ssh_pwauth", true);
        config.put("ssh_deletekeys", true);
        config.put("ssh_genkeytypes", List.of("ed25519"));
        config.put(
                "ssh_keys",
                Map.of(
                        "ed25519_private",
                        bootstrap.hostPrivateKey().reveal(),
                        "ed25519_public",
                        bootstrap.hostKey().toString()));
        // What takes seconds in emulation and serves nobody in a machine that is thrown away.
        config.put("ssh", Map.of("emit_keys_to_console", false));
        config.put("no_ssh_fingerprints", true);
        config.put("grub_dpkg", Map.of("enabled", false));
        config.put("package_update", false);
        config.put("package_upgrade", false);
        return "#cloud-config\n" + Json.write(config) + "\n";
    }

    private static void writePrivate(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
    }
}
