package dev.allocator.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.ConfigurationException;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of any name with keys of any name each: {@link Kind#MAPS}. */
class NamedMapsTest {

    private static final SettingsSchema SCHEMA =
            SettingsSchema.empty().optional("devices", Kind.MAPS, "the devices by name");

    @TempDir
    Path folder;

    @Test
    void areReadInTheirOrder() throws IOException {
        CheckedSettings settings = read("devices: {zulu: {type: gpu, id: 0}, alpha: {type: disk, path: ~}}\n");

        assertThat(List.copyOf(settings.maps("devices").keySet())).containsExactly("zulu", "alpha");
        assertThat(settings.maps("devices"))
                .isEqualTo(
                        Map.of("zulu", Map.of("type", "gpu", "id", "0"), "alpha", Map.of("type", "disk", "path", "")));
        assertThat(settings.withoutSecrets()).isEqualTo(Map.of("devices", settings.maps("devices")));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.map("devices"));
    }

    @Test
    void noneIsNoMistake() throws IOException {
        for (String none : List.of("", "devices:\n", "devices: {}\n")) {
            assertThat(read(none).maps("devices")).isEmpty();
        }
    }

    @Test
    void whatIsWrongIsTold() {
        refused("devices: [x]\n", "1:10: 'devices' must be a section of sections, not a list");
        refused("devices: {a: x}\n", "1:14: 'devices' must be a section of keys and texts, not a text");
        refused("devices: {a: {b: [c]}}\n", "1:18: 'b' in 'devices' must be a text, not a list");
    }

    private void refused(String yaml, String problems) {
        assertThatThrownBy(() -> read(yaml))
                .as(yaml)
                .isInstanceOf(ConfigurationException.class)
                .extracting(e -> String.valueOf(e.getMessage()).replace(file() + ":", ""))
                .isEqualTo(problems);
    }

    private String file() {
        return folder.resolve("allocator.yaml").toString();
    }

    private CheckedSettings read(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("allocator.yaml"), yaml);
        Problems problems = new Problems();
        ConfigNode node = YamlReader.read(file, Interpolation.in(folder, Map.of()), problems)
                .orElseThrow();
        problems.throwIfAny();
        return SettingsReader.read(
                new SettingsReader.Section("provider 'x'", new Location(file(), 0, 0), node), SCHEMA);
    }
}
