package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocatorOptions;
import dev.allocator.DataSize;
import dev.allocator.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CONFIGURATION.md tells the truth. */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("CONFIGURATION.md");

    @TempDir
    Path folder;

    @Test
    void theExampleWorks() throws IOException {
        String page = Files.readString(PAGE);
        int start = page.indexOf("```yaml\n") + "```yaml\n".length();
        // The stores of the engine are not among the plugins of this test.
        String example = page.substring(start, page.indexOf("```", start))
                .replace("store: {type: file}", "store: {type: etcd, endpoints: a}");
        Path file = Files.writeString(folder.resolve("allocator.yaml"), example);
        AllocatorOptions options = AllocatorOptions.builder()
                .configFile(file)
                .environment(Map.of())
                .build();

        Configuration configuration = Configuration.load(options, TestPlugins.good(folder.resolve("plugins")));

        Profile debian = configuration.resolve("debian-12").profile();
        assertThat(configuration.profiles()).hasSize(1);
        assertThat(configuration.providers()).containsOnlyKeys("qemu", "qemu-slow");
        assertThat(debian.labels()).isEqualTo(Map.of("os", "debian", "release", "12"));
        assertThat(debian.memory()).contains(DataSize.ofGibibytes(2));
        assertThat(debian.cpu()).hasValue(1);
        assertThat(debian.setup()).hasSize(4);
        assertThat(debian.setup().get(3).script()).contains("is ${USER}");
    }

    @Test
    void everyKeyIsDescribed() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(Stream.concat(
                        ProfileKeys.COMMON.settings().stream().map(setting -> setting.name()),
                        ProfileKeys.READ_ELSEWHERE.stream()))
                .allSatisfy(key -> assertThat(page).contains("`" + key + "`"));
    }
}
