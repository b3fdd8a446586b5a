package com.example.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.allocator.Command;
import dev.allocator.Lease;
import dev.allocator.junit.Machine;
import dev.allocator.junit.Machines;
import dev.allocator.junit.Scope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that are quick because they share one machine, which each of them leaves as it needs it. */
@Machines
class PackageTest {

    @Machine(value = "debian-12", scope = Scope.CLASS)
    static Lease machine;

    @BeforeEach
    void install() {
        Greeter.install(machine, "1.0");
    }

    @Test
    void listensOnceItIsInstalled() {
        assertEquals("hello from greeter 1.0", Greeter.greets(machine, "localhost"));
    }

    @Test
    void leavesItsConfigurationWhenItIsRemoved() {
        remove("--remove");
        assertTrue(machine.exec("test", "-e", "/etc/greeter.conf").succeeded());
    }

    @Test
    void leavesNothingWhenItIsPurged() {
        remove("--purge");
        assertFalse(machine.exec("test", "-e", "/etc/greeter.conf").succeeded());
    }

    private static void remove(String how) {
        machine.exec(Command.of("dpkg", how, "greeter").asRoot()).orThrow();
    }
}
