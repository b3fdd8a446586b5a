package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFilesTest {

    @TempDir
    Path root;

    private Path work;
    private Path home;
    private Path etc;
    private Plugins plugins;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void folders() throws IOException {
        work = Files.createDirectories(root.resolve("project/module/src"));
        home = Files.createDirectories(root.resolve("home"));
        etc = Files.createDirectories(root.resolve("etc"));
        plugins = TestPlugins.good(root.resolve("plugins"));
        environment.put("HOME", home.toString());
    }

    @Test
    void withoutFilesThereIsNothing() {
        assertThat(load().files()).isEmpty();
        assertThat(load().profiles()).isEmpty();
        assertThat(load().store().type()).isEqualTo("file");
    }

    @Test
    void allThreeFilesAreReadTheNearestFirst() throws IOException {
        Path project = profile(root.resolve("project/allocator.yaml"), "project");
        Path user = profile(home.resolve(".config/allocator/config.yaml"), "user");
        Path system = profile(etc.resolve("allocator/config.yaml"), "system");

        assertThat(load().files()).containsExactly(project, user, system);
        assertThat(load().profiles()).extracting(Profile::name).containsExactly("project", "user", "system");
    }

    @Test
    void onlyTheNearestUpwardsIsRead() throws IOException {
        profile(root.resolve("allocator.yaml"), "far");
        profile(root.resolve("project/module/allocator.yaml"), "near");

        assertThat(load().profiles()).extracting(Profile::name).containsExactly("near");
    }

    @Test
    void aFolderOfThatNameIsPassedOver() throws IOException {
        Files.createDirectory(work.resolve("allocator.yaml"));
        profile(root.resolve("project/allocator.yaml"), "project");

        assertThat(load().profiles()).extracting(Profile::name).containsExactly("project");
    }

    @Test
    void xdgConfigHomeReplacesDotConfig() throws IOException {
        profile(home.resolve(".config/allocator/config.yaml"), "default");
        profile(root.resolve("xdg/allocator/config.yaml"), "xdg");

        environment.put("XDG_CONFIG_HOME", root.resolve("xdg").toString());
        assertThat(load().profiles()).extracting(Profile::name).containsExactly("xdg");
        environment.put("XDG_CONFIG_HOME", "");
        assertThat(load().profiles()).extracting(Profile::name).containsExactly("default");
        environment.put("XDG_CONFIG_HOME", "relative/is/ignored");
        assertThat(load().profiles()).extracting(Profile::name).containsExactly("default");
    }

    @Test
    void aFileFoundInTwoWaysIsReadOnce() throws IOException {
        Path project = profile(root.resolve("project/allocator.yaml"), "project");
        Files.createDirectories(home.resolve(".config/allocator"));
        Files.createSymbolicLink(home.resolve(".config/allocator/config.yaml"), project);

        assertThat(load().files()).containsExactly(project);
    }

    @Test
    void theVariableNamesTheOnlyFile() throws IOException {
        profile(root.resolve("project/allocator.yaml"), "project");
        profile(etc.resolve("allocator/config.yaml"), "system");
        Path named = profile(home.resolve("mine.yaml"), "mine");
        Files.writeString(root.resolve("project/spread.yaml"), "");
        Files.writeString(root.resolve("project/spread-test.yaml"), "system: {s: {image: x}}\n");

        environment.put("ALLOCATOR_CONFIG", "~/mine.yaml");
        assertThat(load().files()).containsExactly(named);
        environment.put("ALLOCATOR_CONFIG", work.relativize(named).toString());
        assertThat(load().files()).containsExactly(named);
        environment.put("ALLOCATOR_CONFIG", "");
        assertThat(load().files()).hasSize(3);
    }

    @Test
    void theOptionComesBeforeTheVariable() throws IOException {
        profile(root.resolve("project/allocator.yaml"), "project");
        profile(home.resolve("variable.yaml"), "variable");
        Path option = profile(work.resolve("option.yaml"), "option");
        environment.put("ALLOCATOR_CONFIG", home.resolve("variable.yaml").toString());

        AllocatorOptions options = options().configFile(Path.of("option.yaml")).build();

        assertThat(Configuration.load(options, plugins, etc).files()).containsExactly(option);
    }

    @Test
    void withoutSearchOnlyANamedFileIsRead() throws IOException {
        profile(root.resolve("project/allocator.yaml"), "project");
        Path named = profile(home.resolve("named.yaml"), "named");
        AllocatorOptions.Builder options = options().configSearch(false);

        assertThat(Configuration.load(options.build(), plugins, etc).files()).isEmpty();
        environment.put("ALLOCATOR_CONFIG", named.toString());
        assertThat(Configuration.load(options().configSearch(false).build(), plugins, etc)
                        .files())
                .containsExactly(named);
    }

    @Test
    void aNamedFileThatIsMissingIsSaidToBeByWhom() {
        environment.put("ALLOCATOR_CONFIG", home.resolve("gone.yaml").toString());
        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(home.resolve("gone.yaml")
                        + ": the configuration file that the variable ALLOCATOR_CONFIG names does not exist");

        AllocatorOptions options = options().configFile(Path.of("no.yaml")).build();
        assertThatThrownBy(() -> Configuration.load(options, plugins, etc))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(work.resolve("no.yaml") + ": the configuration file that the caller names does not exist");
    }

    @Test
    void aNameDefinedInTwoFilesNamesBothPlaces() throws IOException {
        Path project = write(root.resolve("project/allocator.yaml"), """
                providers:
                  q: {type: qemu}
                setup:
                  ssh: [echo]
                store: {type: etcd, endpoints: [a]}
                profiles:
                  debian: {provider: q, image: x}
                """);
        Path user = write(home.resolve(".config/allocator/config.yaml"), """
                profiles:
                  debian: {provider: q, image: y}
                store: {type: etcd, endpoints: [a]}
                setup:
                  ssh: [echo]
                providers: {q: {type: qemu}}
                """);

        assertThatThrownBy(this::load)
                .hasMessage("""
                        USER:2:3: the profile 'debian' is defined twice, first at PROJECT:7:3
                        USER:3:1: the store is chosen twice, first at PROJECT:5:1
                        USER:5:3: the setup 'ssh' is defined twice, first at PROJECT:4:3
                        USER:6:13: the provider 'q' is defined twice, first at PROJECT:2:3""".replace("USER", user.toString()).replace("PROJECT", project.toString()));
    }

    @Test
    void theMistakesOfAllFilesAreReportedTogether() throws IOException {
        Path project = write(root.resolve("project/allocator.yaml"), "profils: {}\n");
        Path user = write(home.resolve(".config/allocator/config.yaml"), "a: [\n");

        assertThatThrownBy(this::load)
                .hasMessage(user + ":2:1: the file ends here, within a bracket that is not closed\n" + project
                        + ":1:1: unknown key 'profils' in the file; did you mean 'profiles'?");
    }

    @Test
    void filesExtendEachOther() throws IOException {
        profile(etc.resolve("allocator/config.yaml"), "base");
        write(root.resolve("project/allocator.yaml"), "profiles: {mine: {extends: base, cpu: 3}}\n");

        assertThat(load().resolve("mine").profile().image()).contains("base.img");
        assertThat(load().resolve("mine").profile().cpu()).hasValue(3);
    }

    @Test
    void relativePathsStartWhereTheyWereWritten() throws IOException {
        Path system = profile(etc.resolve("allocator/config.yaml"), "base");
        write(root.resolve("project/allocator.yaml"), "profiles: {mine: {extends: base, cpu: 3}}\n");

        Configuration configuration = load();
        ResolvedProfile mine = configuration.resolve("mine");

        assertThat(mine.location()).hasToString(root.resolve("project/allocator.yaml") + ":1:12");
        assertThat(configuration.base(mine.location())).isEqualTo(root.resolve("project"));
        assertThat(configuration.base(mine.settings().location("image"))).isEqualTo(system.getParent());
        assertThat(configuration.resolve("base.img", mine.settings().location("image")))
                .isEqualTo(system.resolveSibling("base.img"));
        assertThat(configuration.resolve("~/x", mine.location())).isEqualTo(home.resolve("x"));
        assertThat(configuration.resolve("/x", mine.location())).isEqualTo(Path.of("/x"));
    }

    @Test
    void anotherToolsFileIsReadBesideTheNearestSpreadYaml() throws IOException {
        Files.writeString(root.resolve("project/spread.yaml"), "anything: [");
        Path foreign = write(root.resolve("project/spread-test.yaml"), """
                system:
                  debian-12: &d
                    image: debian.img
                    setup: ['echo ${HOME} $${x} ${env:NOPE}']
                  debian-copy: {<<: *d}
                """);
        Path project = profile(work.resolve("allocator.yaml"), "own");

        Configuration configuration = load();

        assertThat(configuration.files()).containsExactly(project, foreign);
        assertThat(configuration.profiles())
                .extracting(Profile::name)
                .containsExactly("own", "debian-12", "debian-copy");
        Profile debian = configuration.resolve("debian-copy").profile();
        assertThat(debian.image()).contains("debian.img");
        assertThat(debian.setup().get(0).script()).isEqualTo("echo ${HOME} $${x} ${env:NOPE}");
        assertThat(configuration.resolve("debian-12").settings().location("image"))
                .hasToString(foreign + ":3:12");
    }

    @Test
    void anotherToolsFileAloneIsTheNearestUpwards() throws IOException {
        write(root.resolve("spread-test.yaml"), "system: {far: {image: x}}\n");
        write(root.resolve("project/spread-test.yaml"), "system: {near: {image: x}}\n");

        assertThat(load().profiles()).extracting(Profile::name).containsExactly("near");
    }

    @Test
    void besideTheNearestSpreadYamlGoesBeforeNearer() throws IOException {
        write(root.resolve("project/spread.yaml"), "");
        write(root.resolve("project/spread-test.yaml"), "system: {beside: {image: x}}\n");
        write(work.resolve("spread-test.yaml"), "system: {near: {image: x}}\n");

        assertThat(load().profiles()).extracting(Profile::name).containsExactly("beside");
    }

    @Test
    void anotherToolsFileFromAboveTheProjectIsNotRead() throws IOException {
        write(root.resolve("spread-test.yaml"), "system: {far: {image: x}}\n");
        write(root.resolve("project/spread.yaml"), "");
        assertThat(load().files()).isEmpty();

        write(root.resolve("project/module/spread-test.yaml"), "system: {within: {image: x}}\n");
        assertThat(load().profiles()).extracting(Profile::name).containsExactly("within");
    }

    @Test
    void theUsersOwnFileOfAnotherToolGoesWithIt() throws IOException {
        Path user = write(home.resolve(".config/spread-test/user.yaml"), "system: {mine: {image: x}}\n");
        assertThat(load().files()).isEmpty();

        Path project = write(work.resolve("spread-test.yaml"), "system: {project: {image: x}}\n");
        assertThat(load().files()).containsExactly(project, user);

        environment.put("XDG_CONFIG_HOME", root.resolve("xdg").toString());
        assertThat(load().files()).containsExactly(project);

        environment.put("ALLOCATOR_CONFIG", project.toString());
        environment.remove("XDG_CONFIG_HOME");
        assertThat(load().files()).containsExactly(project);
    }

    @Test
    void anotherToolsFileMayBeNamed() throws IOException {
        Path foreign = write(home.resolve("spread-test.yaml"), "system: {s-1: {image: x}}\n");
        environment.put("ALLOCATOR_CONFIG", foreign.toString());

        assertThat(load().profiles()).extracting(Profile::name).containsExactly("s-1");
    }

    @Test
    void whatIsWrongInAnotherToolsFileIsReportedWithItsPlace() throws IOException {
        Files.writeString(root.resolve("project/spread.yaml"), "");
        Path foreign = write(root.resolve("project/spread-test.yaml"), "\nsystm: {}\n");

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(foreign + ":2:1: no 'system'\n" + foreign + ":2:1: x");
    }

    @Test
    void aReaderOfAnotherToolsFileThatCrashesIsNamed() throws IOException {
        Files.writeString(root.resolve("project/spread.yaml"), "");
        Path foreign = write(root.resolve("project/spread-test.yaml"), "system: {s: {}}\n");

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(foreign + ": the plugin " + TestPlugins.SpreadFile.class.getName()
                        + " failed to read the file: java.util.NoSuchElementException");
    }

    @Test
    void aProfileOfAnotherToolsFileMayClashToo() throws IOException {
        Files.writeString(root.resolve("project/spread.yaml"), "");
        Path foreign = write(root.resolve("project/spread-test.yaml"), "system: {own: {image: x}}\n");
        Path own = profile(root.resolve("project/allocator.yaml"), "own");

        assertThatThrownBy(this::load)
                .hasMessage(foreign + ":1:10: the profile 'own' is defined twice, first at " + own + ":2:3");
    }

    private Configuration load() {
        return Configuration.load(options().build(), plugins, etc);
    }

    private AllocatorOptions.Builder options() {
        return AllocatorOptions.builder().workingDirectory(work).environment(environment);
    }

    private static Path profile(Path file, String name) throws IOException {
        return write(file, "profiles:\n  " + name + ": {provider: qemu, image: " + name + ".img}\n");
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
