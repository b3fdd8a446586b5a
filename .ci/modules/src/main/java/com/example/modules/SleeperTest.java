package com.example.modules;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.allocator.Lease;
import dev.allocator.junit.Machine;
import dev.allocator.junit.Machines;
import org.junit.jupiter.api.Test;

/** The extension in a module. */
@Machines
public class SleeperTest {

    @Test
    public void hasAMachine(@Machine("sleeper") Lease sleeper) {
        assertTrue(Machines.class.getModule().isNamed());
        assertTrue(sleeper.info().attached());
    }
}
