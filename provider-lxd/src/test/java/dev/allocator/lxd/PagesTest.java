package dev.allocator.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocatorOptions;
import dev.allocator.Profile;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README.md and SPREAD-LXD.md tell the truth, and so do the examples. */
class PagesTest {

    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");

    @TempDir
    Path folder;

    /** The text of a page's n-th example. */
    private static String example(String page, int number) throws IOException {
        Matcher matcher = YAML.matcher(Files.readString(Path.of(page)));
        for (int i = 0; i <= number; i++) {
            assertThat(matcher.find()).as("example %d of %s", number, page).isTrue();
        }
        return matcher.group(1);
    }

    private Configuration load(Path workingDirectory) {
        AllocatorOptions options = AllocatorOptions.builder()
                .workingDirectory(workingDirectory)
                .environment(Map.of("HOME", folder.resolve("home").toString()))
                .build();
        return Configuration.load(options, Plugins.load(getClass().getClassLoader()));
    }

    @Test
    void theCompleteExampleIsUnderstoodAndComplete() throws IOException {
        String example = example("README.md", 0);
        Files.writeString(folder.resolve("allocator.yaml"), example);

        Configuration configuration = load(folder);

        assertThat(configuration.unusable()).isEmpty();
        assertThat(configuration.profiles()).extracting(Profile::name).containsExactly("noble", "trixie");
        assertThat(configuration.resolve("noble").settings().maps("devices"))
                .containsExactly(Map.entry("gpu", Map.of("type", "gpu", "id", "0")));
        LxdProviderFactory factory = new LxdProviderFactory();
        assertThat(keys(factory.settings(), factory.profileSettings()))
                .allSatisfy(key -> assertThat(example).containsPattern("(?m)^ +" + key + ":"));
    }

    private static List<String> keys(SettingsSchema... schemas) {
        return Stream.of(schemas)
                .flatMap(schema -> schema.settings().stream())
                .map(Setting::name)
                .toList();
    }

    @Test
    void everyKeyIsInATable() throws IOException {
        String page = Files.readString(Path.of("README.md"));
        LxdProviderFactory factory = new LxdProviderFactory();

        assertThat(keys(factory.settings(), factory.profileSettings()))
                .allSatisfy(key -> assertThat(page).containsPattern("(?m)^\\| [^|]*`" + key + "`"));
    }

    /** Each is what the code says, but for the names in it; compared without the places where literals are joined. */
    @Test
    void theHeadingsOfTroubleshootingAreWhatIsSaid() throws IOException {
        StringBuilder code = new StringBuilder();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                code.append(Files.readString(source));
            }
        }
        String said = code.toString().replaceAll("\"\\s*\\+\\s*\"", "");
        String page = Files.readString(Path.of("README.md"));
        List<String> headings = page.substring(page.indexOf("\n## Troubleshooting"))
                .lines()
                .filter(line -> line.startsWith("### ") && !line.equals("### No address"))
                .map(line -> line.substring(4))
                .toList();
        assertThat(headings).hasSizeGreaterThan(8).allSatisfy(heading -> {
            for (String piece : heading.replace("LXD cannot be reached: ", "LXD cannot be reached: …")
                    .replace("LXD's profile default", "LXD's …")
                    .split(":? ?… ?")) {
                assertThat(said.contains(piece)).as(piece).isTrue();
            }
        });
    }

    @Test
    void aSpreadLxdYamlTogetherWithOurs() throws IOException {
        Files.writeString(folder.resolve("spread-lxd.yaml"), example("SPREAD-LXD.md", 0));
        Files.writeString(
                folder.resolve("allocator.yaml"),
                example("SPREAD-LXD.md", 1)
                        + "profiles: {mine: {extends: ubuntu-24.04-64, ttl: 2h, devices: {gpu: {type: gpu}}}}\n");

        Configuration configuration = load(folder);

        assertThat(configuration.profiles()).extracting(Profile::name).containsExactly("mine", "ubuntu-24.04-64");
        assertThat(configuration.resolve("mine").profile().image()).contains("ubuntu:24.04");
        assertThat(configuration.provider("lxd").orElseThrow().node().get("project"))
                .isPresent();
    }

    @Test
    void theExampleProject() throws IOException {
        Files.copy(Path.of("../examples/spread-lxd/spread-lxd.yaml"), folder.resolve("spread-lxd.yaml"));
        String spread = Files.readString(Path.of("../examples/spread-lxd/spread.yaml"));

        assertThat(load(folder).unusable()).isEmpty();
        assertThat(load(folder).profiles())
                .extracting(Profile::name)
                .containsExactly("debian-12-container", "ubuntu-24.04-64")
                .allSatisfy(name -> assertThat(spread).contains("- " + name + ":\n"));
    }
}
