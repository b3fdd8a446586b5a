package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.Profile;
import dev.allocator.UnknownProfileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of other tools that {@code sources} names. */
class SourcesTest {

    private static final String TOOL = "accel: tcg\nmachines:\n  tool-1: one.img\n";

    @TempDir
    Path root;

    private Path project;
    private Plugins plugins;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void folders() throws IOException {
        project = Files.createDirectories(root.resolve("project"));
        plugins = TestPlugins.good(root.resolve("plugins"));
        environment.put("HOME", root.resolve("home").toString());
    }

    @Test
    void aSourceBringsProfilesAndTheirProviders() throws IOException {
        Path own = write("allocator.yaml", "sources: [tests/tool.yaml]\nprofiles: {own: {provider: qemu, image: x}}\n");
        Path tool = write("tests/tool.yaml", TOOL);

        Configuration configuration = load();

        assertThat(configuration.files()).containsExactly(own, tool);
        assertThat(configuration.profiles()).extracting(Profile::name).containsExactly("own", "tool-1");
        ResolvedProfile resolved = configuration.resolve("tool-1");
        assertThat(resolved.profile().provider()).isEqualTo("tool");
        assertThat(resolved.location()).hasToString(tool + ":3:3");
        assertThat(configuration.base(resolved.settings().location("image"))).isEqualTo(tool.getParent());
        ProviderInstance instance = configuration.provider("tool").orElseThrow();
        assertThat(instance.type()).isEqualTo("qemu");
        assertThat(instance.settings(new TestPlugins.Qemu()).string("accel")).contains("tcg");
        assertThat(instance.location()).hasToString(tool + ":1:8");
    }

    @Test
    void theWaysToWriteIt() throws IOException {
        write("tool.yaml", TOOL);
        write("home/.tool.yaml", TOOL);
        Files.move(project.resolve("home"), root.resolve("home"));
        environment.put("FOLDER", project.toString());

        for (String sources : List.of(
                "tool.yaml",
                "[./tool.yaml]",
                "\n  - tool.yaml\n",
                "\"${env:FOLDER}/tool.yaml\"",
                "~/.tool.yaml",
                "[~, tool.yaml]")) {
            write("allocator.yaml", "sources: " + sources + "\n");
            assertThat(load().profiles()).as(sources).extracting(Profile::name).containsExactly("tool-1");
        }
        for (String none : List.of("", " []", " ~")) {
            write("allocator.yaml", "sources:" + none + "\n");
            assertThat(load().profiles()).isEmpty();
        }
    }

    @Test
    void aFileWithSourcesMayBeTheOnlyOneThatIsRead() throws IOException {
        write("allocator.yaml", "profiles: {never: {provider: qemu, image: x}}\n");
        Path named = write("conf/mine.yaml", "sources: ../tool.yaml\n");
        Path tool = write("tool.yaml", TOOL);
        environment.put("ALLOCATOR_CONFIG", named.toString());

        assertThat(load().files()).containsExactly(named, tool);
        environment.put("ALLOCATOR_CONFIG", tool.toString());
        assertThat(load().files()).containsExactly(tool);
        assertThat(load().profiles()).extracting(Profile::name).containsExactly("tool-1");
    }

    @Test
    void aFileThatIsNotAutomaticIsReadOnlyWhenNamed() throws IOException {
        write("spread.yaml", "");
        write("tool.yaml", TOOL);

        assertThat(load().files()).isEmpty();
    }

    @Test
    void aFileIsReadOnceHoweverOftenItIsFoundAndNamed() throws IOException {
        write("spread.yaml", "");
        Path automatic = write("spread-test.yaml", "system: {s: {image: x}}\n");
        Path tool = write("tool.yaml", TOOL);
        Files.createSymbolicLink(project.resolve(".tool.yaml"), tool);
        Path own = write("allocator.yaml", "sources: [tool.yaml, spread-test.yaml, ./tool.yaml, .tool.yaml]\n");

        assertThat(load().files()).containsExactly(own, automatic, tool);
    }

    @Test
    void whatIsWrongIsSaidWhereTheSourceIsNamed() throws IOException {
        Path own = write("allocator.yaml", """
                sources:
                  - gone/tool.yaml
                  - spraed.yaml
                  - ${env:SECRET}/tool.yaml
                  - {path: tool.yaml}
                  - "a\\0b"
                profils: {}
                """);
        environment.put("SECRET", "hunter2");

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("""
                        OWN:2:5: the source 'gone/tool.yaml' does not exist (looked for PROJECT/gone/tool.yaml)
                        OWN:3:5: no plugin on the class path reads the source 'spraed.yaml'; files of other tools that can \
                        be read are named .tool.yaml, spread-test.yaml, tool.yaml
                        OWN:4:5: the source '${env:SECRET}/tool.yaml' does not exist
                        OWN:5:5: 'sources' must be a list of paths, but holds a section
                        OWN:6:5: the source 'a\uFFFDb' is no path
                        OWN:7:1: unknown key 'profils' in the file; did you mean 'profiles'?""".replace("OWN", own.toString()).replace("PROJECT", project.toString()));
    }

    @Test
    void withoutAnyReaderThatIsSaid() throws IOException {
        Path own = write("allocator.yaml", "sources: tool.yaml\n");
        plugins = TestPlugins.onlyQemu(root.resolve("only"));

        assertThatThrownBy(this::load)
                .hasMessage(own + ":1:10: no plugin on the class path reads the source 'tool.yaml'; none reads files of"
                        + " other tools");
    }

    @Test
    void aSourceThatIsNoYamlIsReportedWithItsPlaceAlone() throws IOException {
        write("allocator.yaml", "sources: tool.yaml\nprofiles: {a: {extends: tool-1}}\n");
        Path tool = write("tool.yaml", "accel: tcg\nmachines: [\n");

        assertThatThrownBy(this::load)
                .hasMessage(tool + ":3:1: the file ends here, within a bracket that is not closed");
        Files.delete(tool);
        Files.createDirectory(tool);
        assertThatThrownBy(this::load).hasMessage(tool + ": cannot read the file: it is not a regular file");
    }

    @Test
    void aReaderThatCrashesIsNamed() throws IOException {
        write("allocator.yaml", "sources: tool.yaml\n");
        Path tool = write("tool.yaml", "machines: {}\n");

        assertThatThrownBy(this::load)
                .hasMessageStartingWith(tool + ": the plugin " + TestPlugins.NamedFile.class.getName()
                        + " failed to read the file: java.util.NoSuchElementException");
    }

    @Test
    void theProvidersOfASourceAreChecked() throws IOException {
        write("allocator.yaml", "sources: tool.yaml\n");
        Path tool = write("tool.yaml", "accel: tgc\n");

        assertThatThrownBy(this::load)
                .hasMessage(tool + ":1:8: 'accel' must be auto, kvm or tcg, not 'tgc'; did you mean 'tcg'?");
    }

    @Test
    void aProviderThatIsDefinedTwiceNamesBothPlaces() throws IOException {
        Path own = write("allocator.yaml", "sources: tool.yaml\nproviders: {tool: {type: qemu}}\n");
        Path tool = write("tool.yaml", TOOL);

        assertThatThrownBy(this::load)
                .hasMessage(tool + ":1:8: the provider 'tool' is defined twice, first at " + own + ":2:13");
    }

    @Test
    void aSourcesProviderIsNobodysDefault() throws IOException {
        write("allocator.yaml", "sources: tool.yaml\nprofiles: {a: {image: x}}\n");
        write("tool.yaml", TOOL);

        assertThat(load().resolve("a").profile().provider()).isEqualTo("qemu");
    }

    @Test
    void foreignTextIsLeftAsItIs() throws IOException {
        write("allocator.yaml", "sources: tool.yaml\n");
        write("tool.yaml", "accel: tcg\nmachines: {t: \"${env:HOME} ${x} $${y}\"}\n");

        assertThat(load().resolve("t").profile().image()).contains("${env:HOME} ${x} $${y}");
    }

    @Test
    void aProfileMayExtendOneOfASource() throws IOException {
        write("allocator.yaml", "sources: tool.yaml\nprofiles: {a: {extends: tool-1, cpu: 3}}\n");
        write("tool.yaml", TOOL);

        Profile extended = load().resolve("a").profile();

        assertThat(extended.provider()).isEqualTo("tool");
        assertThat(extended.image()).contains("one.img");
        assertThat(extended.cpu()).hasValue(3);
    }

    @Test
    void whatASourceKnowsButCannotBeHadIsAnErrorOnlyForWhoAsksForIt() throws IOException {
        write("allocator.yaml", "sources: tool.yaml\n");
        Path tool = write("tool.yaml", TOOL + "clouds: {c-1: x, tool-1: y}\n");

        Configuration configuration = load();

        assertThat(configuration.profiles()).extracting(Profile::name).containsExactly("tool-1");
        assertThat(configuration.unusable()).isEmpty();
        assertThat(configuration.resolve("tool-1").profile().image()).contains("one.img");
        assertThatThrownBy(() -> configuration.resolve("c-1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(tool + ":4:10: it is in a cloud");
        assertThatThrownBy(() -> configuration.resolve("c-2")).isInstanceOf(UnknownProfileException.class);
    }

    private Configuration load() {
        AllocatorOptions options = AllocatorOptions.builder()
                .workingDirectory(project)
                .environment(environment)
                .build();
        return Configuration.load(options, plugins, root.resolve("etc"));
    }

    private Path write(String file, String text) throws IOException {
        Path path = project.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }
}
