package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocatorOptions;
import dev.allocator.ProviderHealth;
import dev.allocator.spi.ProfileSource;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.StoreFactory;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
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
        assertThat(plugins.sources()).hasSize(2);
        assertThat(plugins.broken()).isEmpty();
    }

    @Test
    void aDeclarationThatCannotBeReadLeavesOtherJarsAlone() throws IOException {
        ClassLoader good = TestPlugins.loader(
                folder.resolve("good"), Map.of(ProviderFactory.class, List.of(TestPlugins.Lxd.class.getName())));
        Path bad = Files.createDirectories(folder.resolve("bad/META-INF/services"));
        Files.writeString(bad.resolve(ProviderFactory.class.getName()), "not a class name\n");
        URL[] urls = {folder.resolve("bad").toUri().toURL()};

        Plugins plugins = Plugins.load(new URLClassLoader(urls, good));

        assertThat(plugins.providerTypes()).containsExactly("lxd");
        assertThat(plugins.broken())
                .singleElement()
                .asString()
                .contains("bad/META-INF/services/", "Illegal configuration-file syntax");
    }

    @Test
    void eachBrokenPluginIsOneEntry() throws IOException {
        Plugins plugins = providers(
                "com.acme.Gone",
                TestPlugins.ThrowingConstructor.class.getName(),
                TestPlugins.MissingClass.class.getName(),
                PluginsTest.class.getName(),
                TestPlugins.ThrowingType.class.getName(),
                TestPlugins.InvalidType.class.getName(),
                TestPlugins.ThrowingSettings.class.getName(),
                TestPlugins.NullProfileSettings.class.getName(),
                TestPlugins.ClashingKey.class.getName(),
                TestPlugins.Lxd.class.getName());

        assertThat(plugins.providerTypes()).containsExactly("lxd");
        assertThat(plugins.broken())
                .extracting(ProviderHealth::toString)
                .containsExactlyInAnyOrder(
                        "com.acme.Gone: UNUSABLE: the ProviderFactory com.acme.Gone cannot be loaded: Provider"
                                + " com.acme.Gone not found",
                        broken(
                                PluginsTest.class,
                                "cannot be loaded: " + PluginsTest.class.getName() + " not a subtype"),
                        broken(
                                TestPlugins.ThrowingConstructor.class,
                                "cannot be used: IllegalStateException: no display"),
                        broken(TestPlugins.MissingClass.class, "cannot be used: NoClassDefFoundError: com/acme/Client"),
                        broken(TestPlugins.ThrowingType.class, "cannot be used: IllegalStateException: not yet"),
                        broken(
                                TestPlugins.InvalidType.class,
                                "cannot be used: its type must be lower-case letters, digits and dashes, a letter"
                                        + " first"),
                        broken("moody", TestPlugins.ThrowingSettings.class, "cannot be used: AssertionError: never"),
                        broken(
                                "nothing",
                                TestPlugins.NullProfileSettings.class,
                                "cannot be used: its profile settings are null"),
                        broken(
                                "clashing",
                                TestPlugins.ClashingKey.class,
                                "cannot be used: its profile key 'memory' is one that all profiles have, with another"
                                        + " meaning; it needs another name"));
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

    private static String broken(Class<?> type, String why) {
        return broken(type.getName(), type, why);
    }

    private static String broken(String name, Class<?> type, String why) {
        return name + ": UNUSABLE: the ProviderFactory " + type.getName() + " " + why;
    }
}
