package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.UnknownProfileException;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles that plugins bring along. */
class BuiltInProfilesTest {

    private static final ClassLoader NO_PLUGINS = ClassLoader.getPlatformClassLoader();

    @TempDir
    Path folder;

    private static final class Offering extends TestPlugins.Factory {
        private final String type;
        private final List<Profile> profiles;

        Offering(String type, Profile... profiles) {
            this.type = type;
            this.profiles = List.of(profiles);
        }

        @Override
        public String type() {
            return type;
        }

        @Override
        public SettingsSchema profileSettings() {
            return SettingsSchema.empty().optional("accel", Kind.STRING, "how");
        }

        @Override
        public List<Profile> profiles() {
            if (profiles.isEmpty()) {
                throw new IllegalStateException("broken");
            }
            return profiles;
        }
    }

    private static Profile debian(String provider) {
        return Profile.named("debian-12", provider)
                .image("debian:12")
                .memory(DataSize.ofGibibytes(1))
                .timeout(Duration.ofMinutes(15))
                .setting("accel", "auto")
                .build();
    }

    private Configuration load(String yaml, ProviderFactory... factories) throws IOException {
        AllocatorOptions.Builder options = AllocatorOptions.builder()
                .configSearch(false)
                .workingDirectory(folder)
                .environment(Map.of("HOME", folder.toString()));
        if (!yaml.isEmpty()) {
            options.configFile(Files.writeString(folder.resolve("allocator.yaml"), yaml));
        }
        return Configuration.load(options.build(), Plugins.load(NO_PLUGINS, List.of(factories)), folder);
    }

    @Test
    void areThereWithoutAnyFileAndMarked() throws Exception {
        Configuration configuration = load("", new Offering("qemu", debian("qemu")));

        assertThat(configuration.profiles()).singleElement().satisfies(profile -> {
            assertThat(profile.name()).isEqualTo("debian-12");
            assertThat(profile.labels()).isEqualTo(Map.of("builtin", "qemu"));
        });
        assertThat(configuration.resolve("debian-12").profile().timeout()).contains(Duration.ofMinutes(15));
        assertThatThrownBy(() -> configuration.resolve("debain-12"))
                .isInstanceOf(UnknownProfileException.class)
                .hasMessage(
                        "no profile 'debain-12'; did you mean 'debian-12'? (looked in the program's own profiles and"
                                + " those built in; there is no configuration file)");
    }

    @Test
    void anyFileAndCodeComesFirst() throws Exception {
        Configuration file =
                load("profiles: {debian-12: {provider: qemu, image: mine}}\n", new Offering("qemu", debian("qemu")));

        assertThat(file.profiles()).singleElement().satisfies(profile -> {
            assertThat(profile.image()).contains("mine");
            assertThat(profile.labels()).isEmpty();
        });
    }

    @Test
    void canBeExtended() throws Exception {
        Configuration configuration =
                load("profiles: {build: {extends: debian-12, memory: 4GiB}}\n", new Offering("qemu", debian("qemu")));

        Profile build = configuration.resolve("build").profile();
        assertThat(build.image()).contains("debian:12");
        assertThat(build.memory()).contains(DataSize.ofGibibytes(4));
        assertThat(build.timeout()).contains(Duration.ofMinutes(15));
        assertThat(build.settings()).isEqualTo(Map.of("accel", "auto"));
        assertThat(build.labels()).isEmpty();
        assertThat(configuration.profiles()).extracting(Profile::name).containsExactly("build", "debian-12");
    }

    @Test
    void whatTwoTypesOfferIsNeithers() throws Exception {
        Configuration configuration =
                load("", new Offering("qemu", debian("qemu")), new Offering("other", debian("other")));

        assertThat(configuration.profiles()).isEmpty();
        assertThatThrownBy(() -> configuration.resolve("debian-12"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the profile 'debian-12' is built into the provider types other and qemu");
    }

    @Test
    void aFaultyPluginLosesItsProfilesOnly() throws Exception {
        Profile wrong = Profile.named("wrong", "qemu").setting("acel", "auto").build();
        Configuration configuration = load("", new Offering("qemu", debian("qemu"), wrong), new Offering("broken"));

        assertThat(configuration.profiles()).extracting(Profile::name).containsExactly("debian-12");
    }

    @Test
    void anInstanceOfAnotherTypeTakesTheName() throws Exception {
        Configuration configuration =
                load("providers: {qemu: {type: other}}\n", new Offering("qemu", debian("qemu")), new Offering("other"));

        assertThat(configuration.profiles()).isEmpty();
    }
}
