package dev.allocator.lxd.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.MachineId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceRefTest {

    private static final MachineId MACHINE = new MachineId("1234abcd-0000-4000-8000-000000000000");

    @ParameterizedTest
    @CsvSource({
        "debian-12, debian-12-1234abcd",
        "ubuntu-24.04-64, ubuntu-24-04-64-1234abcd",
        "images:fedora/41, images-fedora-41-1234abcd",
        "Big_Name, big-name-1234abcd",
        "24.04, m-24-04-1234abcd",
        "x-, x-1234abcd",
        "-, m-1234abcd",
    })
    void isReadable(String profile, String name) {
        assertThat(InstanceRef.name(profile, MACHINE)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ü", "...", "a", "9", "--", "a.very-long.name_that:goes/on.and-on.and-on.and-on.and-on.and-on-x"
            })
    void isWhatLxdAccepts(String profile) {
        assertThat(InstanceRef.name(profile, MACHINE))
                .matches("[a-z][a-z0-9-]*[a-z0-9]")
                .endsWith("-1234abcd")
                .hasSizeLessThanOrEqualTo(63);
    }
}
