package dev.allocator.lxd.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadNameTest {

    @ParameterizedTest
    @CsvSource({
        "ubuntu-24.04-64, x86_64, ubuntu:24.04",
        "ubuntu-24.04, x86_64, ubuntu:24.04",
        "ubuntu-24.04-64, aarch64, ubuntu:24.04",
        "ubuntu-18.04-32, x86_64, ubuntu:18.04/i386",
        "ubuntu-24.04-arm64, x86_64, ubuntu:24.04/arm64",
        "fedora-41-64, x86_64, images:fedora/41/amd64",
        "fedora-41, aarch64, images:fedora/41/arm64",
        "debian-sid-64, x86_64, images:debian/sid/amd64",
        "debian-12-i386, x86_64, images:debian/12/i386",
        "opensuse-tumbleweed-64, x86_64, images:opensuse/tumbleweed/amd64",
        "alma-64, x86_64, images:alma/64/amd64",
        "debian-12, s390x, images:debian/12/s390x",
    })
    void meansAnImage(String name, String architecture, String image) {
        assertThat(SpreadName.translate(name, architecture)).contains(image);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "debian", "-", "debian-", "-12", "Debian-12", "debian/12", "a b-c", "12-debian", "a--b"})
    void isNoneOfSpreads(String name) {
        assertThat(SpreadName.translate(name, "x86_64")).isEmpty();
    }
}
