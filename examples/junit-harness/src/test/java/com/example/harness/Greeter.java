package com.example.harness;

import dev.allocator.Command;
import dev.allocator.Lease;
import java.nio.file.Path;
import java.time.Duration;

/** The software under test: a Debian package whose service greets whoever connects to port 8080. */
final class Greeter {

    private Greeter() {}

    /** Packs a version in the machine and installs it, keeping configuration files that were changed. */
    static void install(Lease machine, String version) {
        String name = "greeter-" + version;
        String source = "/tmp/" + name;
        machine.exec("rm", "-rf", source).orThrow(); // as for cp -r, it would be copied into a folder that is there
        machine.upload(Path.of("src/test/packages", name), source);
        machine.exec("dpkg-deb", "--root-owner-group", "--build", source).orThrow();
        machine.exec(Command.of("dpkg", "--install", "--force-confold", source + ".deb")
                        .asRoot())
                .orThrow();
    }

    /** What it says to a machine that connects to it. */
    static String greets(Lease client, String server) {
        return client.exec(Command.of("bash", "-c", "cat < /dev/tcp/" + server + "/8080")
                        .timeout(Duration.ofMinutes(1)))
                .orThrow()
                .stdout()
                .strip();
    }
}
