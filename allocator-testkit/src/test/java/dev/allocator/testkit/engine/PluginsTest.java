package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.ProviderHealth;
import dev.allocator.ProviderHealth.Status;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PluginsTest extends EngineTest {

    @Test
    void oneTypeMayHaveSeveralInstancesWithSettingsOfTheirOwn() {
        SettledProviderFactory plugin = new SettledProviderFactory(host);
        Allocator allocator = open(options(
                        Profile.named("a", "east").login(LOGIN).build(),
                        Profile.named("b", "west").login(LOGIN).build())
                .plugin(plugin)
                .provider("east", "settled", Map.of("region", "eu"))
                .provider("west", "settled", Map.of("region", "us")));
        assertThat(allocator.providers()).containsEntry("east", "settled").containsEntry("west", "settled");
        Lease a = allocator.allocate("a");
        Lease b = allocator.allocate("b");
        assertThat(plugin.regions()).containsOnly(Map.entry("east", "eu"), Map.entry("west", "us"));
        assertThat(a.info().provider()).isEqualTo("east");
        assertThat(b.info().provider()).isEqualTo("west");
        assertThat(files("machines"))
                .allMatch(file -> file.startsWith(state().resolve("machines/east"))
                        || file.startsWith(state().resolve("machines/west")));
    }

    @Test
    void aMachineIsDestroyedWithTheSettingsOfItsRecordAndNoSecretIsThere() {
        SettledProviderFactory plugin = new SettledProviderFactory(host);
        Lease lease = open(options(Profile.named("a", "east").login(LOGIN).build())
                        .plugin(plugin)
                        .provider("east", "settled", Map.of("region", "eu", "token", "canary-token")))
                .allocate("a");
        assertThat(files("records"))
                .isNotEmpty()
                .noneMatch(file -> Fork.text(file).contains("canary-token"));
        SettledProviderFactory later = new SettledProviderFactory(host);
        open(options().plugin(later)).lease(lease.id()).orElseThrow().discard();
        assertThat(later.regions()).containsEntry("east", "eu");
        assertNothingLeft();
    }

    @Test
    void aBrokenPluginIsOneEntryAndTheOthersWork() throws IOException {
        Path services = Files.createDirectories(folder.resolve("plugins/META-INF/services"));
        Files.writeString(services.resolve("dev.allocator.spi.ProviderFactory"), "com.example.MissingFactory\n");
        URL[] path = {folder.resolve("plugins/").toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(path, getClass().getClassLoader())) {
            Allocator allocator = open(options(demo().build()).classLoader(loader));
            assertThat(allocator.health())
                    .filteredOn(entry -> entry.status() == Status.UNUSABLE)
                    .singleElement()
                    .satisfies(entry -> {
                        assertThat(entry.name()).contains("MissingFactory");
                        assertThat(entry.messages()).isNotEmpty();
                    });
            assertThat(allocator.health())
                    .filteredOn(entry -> entry.type().equals("in-process"))
                    .extracting(ProviderHealth::status)
                    .containsExactly(Status.HEALTHY);
            allocator.allocate("demo").close();
        }
        assertNothingLeft();
    }

    @Test
    void configurationFilesAreSearchedInOrder() throws IOException {
        Path work = Files.createDirectories(folder.resolve("project/module"));
        Path project = configuration(folder.resolve("project/allocator.yaml"), "mine", "from-project");
        Path user = configuration(folder.resolve(".config/allocator/config.yaml"), "everywhere", "from-user");
        Path named = configuration(folder.resolve("named.yaml"), "named", "x");

        Allocator allocator = open(options().configSearch(true).workingDirectory(work));
        assertThat(allocator.configFiles()).startsWith(project, user);
        assertThat(allocator.profiles()).extracting(Profile::name).contains("mine", "everywhere");
        try (Lease lease = allocator.allocate("everywhere")) {
            assertThat(lease.endpoint().orElseThrow().user()).isEqualTo("tester");
        }

        Map<String, String> environment = Map.of("HOME", folder.toString(), "ALLOCATOR_CONFIG", named.toString());
        AllocatorOptions.Builder byVariable =
                options().configSearch(true).workingDirectory(work).environment(environment);
        assertThat(open(byVariable).configFiles()).containsExactly(named);
        assertThat(open(byVariable.configFile(user)).configFiles()).containsExactly(user);

        Files.writeString(named, "profiles: {x: {providr: in-process}}\n");
        assertThatThrownBy(() -> open(options().configFile(named)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("named.yaml:1:");
    }

    private static Path configuration(Path file, String profile, String from) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, """
                profiles:
                  %s:
                    provider: in-process
                    login: {user: tester, password: secret}
                    labels: {from: %s}
                """.formatted(profile, from));
    }
}
