package dev.allocator.core.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.MachineAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SftpNamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "/", "/etc/passwd", "../up", "a/b", "a/../../b", "nul\0"})
    void namesThatLeadElsewhereAreRefused(String name) {
        assertThatThrownBy(() -> SftpNames.checked("folder", name))
                .isInstanceOf(MachineAccessException.class)
                .hasMessageContaining("'folder'")
                .hasMessageContaining("no file name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "..a", "a..", "...", " ", "new\nline", "-", "é"})
    void otherNamesAreKept(String name) {
        assertThat(SftpNames.checked("folder", name)).isEqualTo(name);
    }

    @Test
    void theLastNameOfAPathIsFound() {
        assertThat(SftpNames.last("/a/b")).isEqualTo("b");
        assertThat(SftpNames.last("b/")).isEqualTo("b");
        assertThat(SftpNames.last("/")).isEmpty();
    }
}
