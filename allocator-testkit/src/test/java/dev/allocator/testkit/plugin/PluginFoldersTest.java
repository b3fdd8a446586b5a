package dev.allocator.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.ProviderHealth;
import dev.allocator.core.profile.Plugins;
import dev.allocator.spi.ProviderFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that are folders of jars. */
class PluginFoldersTest {

    @TempDir
    Path folder;

    private Plugins load(Path... folders) {
        return Plugins.load(getClass().getClassLoader(), List.of(), List.of(folders));
    }

    private String problem() {
        List<ProviderHealth> broken = load(folder).broken();
        assertThat(broken).singleElement().extracting(ProviderHealth::status).isEqualTo(ProviderHealth.Status.UNUSABLE);
        return broken.get(0).name() + ": " + broken.get(0).messages().get(0);
    }

    @Test
    void eachHasAClassLoaderOfItsOwn() throws IOException {
        PluginJar.provider("one").write(folder.resolve("a/one.jar"));
        PluginJar.provider("two").write(folder.resolve("b/two.jar"));
        Files.createDirectories(folder.resolve(".hidden"));

        Plugins plugins = load(folder, folder.resolve("missing"));

        assertThat(plugins.broken()).isEmpty();
        assertThat(plugins.providerTypes()).contains("one", "two", "process", "in-process");
        ProviderFactory one = plugins.provider("one").orElseThrow();
        ProviderFactory two = plugins.provider("two").orElseThrow();
        assertThat(one.getClass().getName()).isEqualTo(two.getClass().getName());
        assertThat(one.getClass()).isNotEqualTo(two.getClass());
    }

    @Test
    void itsOwnJarsCountBeforeThoseOfTheProgram() throws IOException {
        PluginJar.provider(
                        "com.acme.Picky", "picky", "static { if (!org.awaitility.Awaitility.OURS) throw new Error(); }")
                .source("org.awaitility.Awaitility", """
                        package org.awaitility;
                        public class Awaitility { public static final Boolean OURS = true; }
                        """)
                .write(folder.resolve("picky/all.jar"));

        Plugins plugins = load(folder);

        assertThat(plugins.broken()).isEmpty();
        assertThat(plugins.provider("picky")).isPresent();
    }

    @Test
    void aPluginMayConsistOfSeveralJars() throws IOException {
        PluginJar.provider("com.acme.Split", "split", "{ new com.acme.lib.Client(); }")
                .source("com.acme.lib.Client", "package com.acme.lib; public class Client {}")
                .write(folder.resolve("split/both.jar"));
        PluginJar.empty()
                .source("com.acme.lib.Client", "package com.acme.lib; public class Client {}")
                .write(folder.resolve("split/client.jar"));

        assertThat(load(folder).provider("split")).isPresent();
    }

    @Test
    void twoOfTheSameTypeAreNamedBoth() throws IOException {
        Path one = PluginJar.provider("twice").write(folder.resolve("a/one.jar"));
        Path two = PluginJar.provider("com.acme.Second", "twice", "").write(folder.resolve("b/two.jar"));

        assertThat(load(folder).provider("twice")).isEmpty();
        assertThat(problem())
                .startsWith("twice: the ProviderFactory type twice is claimed by ")
                .contains("com.acme.AcmeFactory in " + one.toUri().toString().replace("///", "/"))
                .contains("com.acme.Second in " + two.toUri().toString().replace("///", "/"));
    }

    @Test
    void oneOfATypeThatTheProgramHasIsNamedToo() throws IOException {
        PluginJar.provider("process").write(folder.resolve("mine/mine.jar"));

        assertThat(problem()).contains("ProcessProviderFactory", "com.acme.AcmeFactory", "remove all but one");
    }

    @Test
    void aBrokenOneIsNamedWithFolderAndJarAndTheOthersWork() throws IOException {
        PluginJar.provider("good").write(folder.resolve("good/good.jar"));
        PluginJar.empty().service("ProviderFactory", "com.acme.Gone").write(folder.resolve("bad/bad.jar"));

        assertThat(load(folder).providerTypes()).contains("good");
        assertThat(problem())
                .isEqualTo("com.acme.Gone: the ProviderFactory com.acme.Gone in " + folder.resolve("bad")
                        + " (bad.jar) cannot be loaded: Provider com.acme.Gone not found");
    }

    @Test
    void oneThatFailsIsNamedWithItsJar() throws IOException {
        Path jar = PluginJar.provider(
                        "com.acme.Moody", "moody", "{ if (true) throw new IllegalStateException(\"no\"); }")
                .write(folder.resolve("moody/moody.jar"));

        assertThat(problem()).contains("com.acme.Moody in file:" + jar, "cannot be used: IllegalStateException: no");
    }

    @Test
    void aNewerJavaIsNamed() throws IOException {
        PluginJar.provider("later").classFileVersion(99).write(folder.resolve("later/later.jar"));

        assertThat(problem())
                .contains(
                        folder.resolve("later").toString(),
                        "later.jar",
                        "the plugin needs Java 55, and this is Java "
                                + Runtime.version().feature());
    }

    @Test
    void aJavaThatLacksAModuleIsNamed() throws IOException {
        PluginJar.provider("com.acme.Sql", "sql", "{ if (true) throw new NoClassDefFoundError(\"java/sql/Driver\"); }")
                .write(folder.resolve("sql/sql.jar"));

        assertThat(problem()).contains("the plugin needs java.sql.Driver, which the Java in ", "lacks");
    }

    @Test
    void aNewerApiIsNamed() throws IOException {
        PluginJar.provider("com.acme.Later", "later", "{ dev.allocator.DataSize.ofExbibytes(1); }")
                .against("dev.allocator.DataSize", """
                        package dev.allocator;
                        public class DataSize { public static DataSize ofExbibytes(long n) { return null; } }
                        """)
                .write(folder.resolve("later/later.jar"));

        assertThat(problem())
                .contains("the plugin was made for another version of Allocator", "NoSuchMethodError", "ofExbibytes");
    }

    @Test
    void anApiWithOtherMethodsIsNamed() throws IOException {
        PluginJar.empty()
                .against("dev.allocator.spi.ProviderFactory", """
                        package dev.allocator.spi;
                        public interface ProviderFactory { String type(); }
                        """)
                .source("com.acme.Old", """
                        package com.acme;
                        public class Old implements dev.allocator.spi.ProviderFactory {
                            public String type() { return "old"; }
                        }
                        """)
                .service("ProviderFactory", "com.acme.Old")
                .write(folder.resolve("old/old.jar"));

        assertThat(problem()).contains("made for another version of Allocator", "AbstractMethodError", "settings()");
    }

    @Test
    void aJarThatLacksItsDeclarationIsTold() throws IOException {
        PluginJar.empty()
                .source("com.acme.Nothing", "package com.acme; class Nothing {}")
                .write(folder.resolve("forgot/forgot.jar"));

        assertThat(problem())
                .startsWith("forgot: no jar of the plugin in " + folder.resolve("forgot") + " (forgot.jar) says")
                .contains("META-INF/services/dev.allocator.spi.ProviderFactory");
    }

    @Test
    void whatIsNoJarIsTold() throws IOException {
        Path plugin = Files.createDirectories(folder.resolve("torn"));
        Files.writeString(plugin.resolve("torn.jar"), "half a down");

        assertThat(problem()).startsWith("torn: the plugin in " + plugin + " cannot be read: torn.jar is no jar (");
    }

    @Test
    void aFolderWithoutJarsIsTold() throws IOException {
        Path plugin = Files.createDirectories(folder.resolve("empty"));

        assertThat(problem()).isEqualTo("empty: the plugin in " + plugin + " has no jar");
    }

    @Test
    void aJarInNoFolderOfItsOwnIsTold() throws IOException {
        Path jar = PluginJar.provider("loose").write(folder.resolve("loose.jar"));

        assertThat(problem())
                .isEqualTo("plugins: " + jar + " is in no folder of its own, so it is not used: move it to "
                        + folder.resolve("loose/loose.jar"));
    }
}
