package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocatorOptions;
import dev.allocator.ProviderHealth;
import dev.allocator.spi.ProfileSource;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.StoreFactory;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {

    @TempDir
    Path folder;

    @Test
    void findsPluginsByType() throws IOException {
        Plugins plugins = TestPlugins.good(folder);

        assertThat(plugins.provider("qemu")).containsInstanceOf(TestPlugins.Qemu.class);
        assertThat(plugins.provider("lxd")).containsInstanceOf(TestPlugins.Lxd.class);
        assertThat(plugins.provider("script")).isEmpty();
        assertThat(plugins.store("etcd")).containsInstanceOf(TestPlugins.Etcd.class);
        assertThat(plugins.sources()).hasSize(1);
        assertThat(plugins.broken()).isEmpty();
    }

    @Test
    void brokenPluginsLeaveTheOthersAlone() throws IOException {
        Plugins plugins = providers(
                "com.acme.Gone",
                TestPlugins.ThrowingConstructor.class.getName(),
                TestPlugins.MissingClass.class.getName(),
                "java.lang.String",
                "not a class name",
                TestPlugins.ThrowingType.class.getName(),
                TestPlugins.InvalidType.class.getName(),
                TestPlugins.ThrowingSettings.class.getName(),
                TestPlugins.NullProfileSettings.class.getName(),
                TestPlugins.ClashingKey.class.getName(),
                TestPlugins.Lxd.class.getName());

        assertThat(plugins.provider("lxd")).isEmpty();
        assertThat(plugins.broken()).singleElement().asString().contains("not a class name");
    }

    @Test
    void eachBrokenPluginIsOneEntry() throws IOException {
        Plugins plugins = providers(
                "com.acme.Gone",
                TestPlugins.ThrowingConstructor.class.getName(),
                TestPlugins.MissingClass.class.getName(),
                "java.lang.String",
                TestPlugins.ThrowingType.class.getName(),
                TestPlugins.InvalidType.class.getName(),
                TestPlugins.ThrowingSettings.class.getName(),
                TestPlugins.NullProfileSettings.class.getName(),
                TestPlugins.ClashingKey.class.getName(),
                TestPlugins.Lxd.class.getName());

        assertThat(plugins.providerTypes()).containsExactly("lxd");
        assertThat(plugins.broken()).extracting(ProviderHealth::toString).containsExactlyInAnyOrder();
        assertThat(plugins.broken()).allMatch(health -> health.status() == ProviderHealth.Status.UNUSABLE);
    }

    @Test
    void aTypeClaimedTwiceIsUsedByNeither() throws IOException {
        Plugins plugins = providers(
                TestPlugins.Qemu.class.getName(),
                TestPlugins.Lxd.class.getName(),
                TestPlugins.SecondQemu.class.getName());

        assertThat(plugins.provider("qemu")).isEmpty();
        assertThat(plugins.provider("lxd")).isPresent();
        assertThat(plugins.broken()).singleElement().satisfies(health -> {
            assertThat(health.name()).isEqualTo("qemu");
            assertThat(health.messages())
                    .singleElement()
                    .asString()
                    .contains(
                            TestPlugins.Qemu.class.getName(),
                            TestPlugins.SecondQemu.class.getName(),
                            "remove all but one");
        });
    }

    @Test
    void brokenStoresAndSourcesAreEntriesToo() throws IOException {
        Plugins plugins = TestPlugins.of(
                folder,
                Map.of(
                        StoreFactory.class, List.of("com.acme.NoStore"),
                        ProfileSource.class, List.of("com.acme.NoSource")));

        assertThat(plugins.broken())
                .extracting(ProviderHealth::name)
                .containsExactly("com.acme.NoStore", "com.acme.NoSource");
    }

    @Test
    void aClassLoaderThatAlwaysFailsEndsTheSearch() {
        ClassLoader failing = new ClassLoader(getClass().getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                if (!name.startsWith("META-INF/services/")) {
                    return super.getResources(name);
                }
                throw new IOException("disk on fire");
            }
        };

        Plugins plugins = Plugins.load(failing);

        assertThat(plugins.providerTypes()).isEmpty();
        assertThat(plugins.broken())
                .isNotEmpty()
                .allSatisfy(health ->
                        assertThat(health.messages()).singleElement().asString().contains("disk on fire"));
    }

    @Test
    void nothingIsLoadedBeforeItIsAskedFor() {
        ClassLoader strict = new ClassLoader(null) {
            @Override
            public Enumeration<URL> getResources(String name) {
                throw new AssertionError("asked for " + name);
            }
        };

        assertThat(Plugins.load(strict)).isNotNull();
    }

    @Test
    void worksWithoutAnyPlugin() {
        Plugins plugins = Plugins.load(new ClassLoader(null) {
            @Override
            public Enumeration<URL> getResources(String name) {
                return Collections.emptyEnumeration();
            }
        });
        AllocatorOptions options = AllocatorOptions.builder()
                .configSearch(false)
                .environment(Map.of())
                .build();

        Configuration configuration = Configuration.load(options, plugins);

        assertThat(plugins.broken()).isEmpty();
        assertThat(configuration.profiles()).isEmpty();
        assertThat(configuration.providers()).isEmpty();
    }

    private Plugins providers(String... names) throws IOException {
        return TestPlugins.of(folder, Map.of(ProviderFactory.class, List.of(names)));
    }
}
