package com.example.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.allocator.Command;
import dev.allocator.Lease;
import dev.allocator.junit.Machine;
import dev.allocator.junit.Machines;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A server is upgraded while a client on the same network uses it. */
@Machines(collectOnFailure = {"journalctl -b --no-pager", "systemctl status 'greeter*'", "/etc/greeter.conf"})
class UpgradeTest {

    @Test
    void keepsItsConfigurationAndStartsAfterAReboot(
            @Machine(value = "debian-12", name = "server", network = "lan") Lease server,
            @Machine(value = "debian-12", name = "client", network = "lan") Lease client) {
        Greeter.install(server, "1.0");
        assertEquals("hello from greeter 1.0", Greeter.greets(client, "server"));

        server.exec(Command.shell("echo greeting=ahoy > /etc/greeter.conf").asRoot())
                .orThrow();
        Greeter.install(server, "2.0");
        assertEquals("ahoy from greeter 2.0", Greeter.greets(client, "server"));

        String boot = bootOf(server);
        server.reboot(Duration.ofMinutes(5));
        assertNotEquals(boot, bootOf(server));
        assertEquals("ahoy from greeter 2.0", Greeter.greets(client, "server"));
    }

    private static String bootOf(Lease machine) {
        return machine.exec("cat", "/proc/sys/kernel/random/boot_id").orThrow().stdout();
    }
}
