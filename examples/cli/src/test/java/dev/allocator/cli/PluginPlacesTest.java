package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginPlacesTest {

    @TempDir
    Path folder;

    private PluginPlaces places(Map<String, String> environment) {
        return PluginPlaces.of(
                environment, Path.of("/work"), folder.resolve("1.0").toString());
    }

    @Test
    void areBesideTheProgramAndTheUsersOwn() {
        assertThat(places(Map.of("HOME", "/home/me")).folders())
                .containsExactly(folder.resolve("1.0/plugins"), Path.of("/home/me/.local/share/allocator/plugins"));
        assertThat(PluginPlaces.of(Map.of("HOME", "/home/me"), Path.of("/work"), "")
                        .folders())
                .containsExactly(Path.of("/home/me/.local/share/allocator/plugins"));
    }

    @Test
    void areInTheUsersDataFolder() {
        assertThat(places(Map.of("HOME", "/home/me", "XDG_DATA_HOME", "/data")).folders())
                .endsWith(Path.of("/data/allocator/plugins"));
        assertThat(places(Map.of("HOME", "/home/me", "XDG_DATA_HOME", "data")).folders())
                .endsWith(Path.of("/home/me/.local/share/allocator/plugins"));
    }

    @Test
    void outliveAnInstalledRelease() throws Exception {
        Files.createSymbolicLink(folder.resolve("current"), Path.of("1.0"));

        assertThat(places(Map.of()).folders()).startsWith(folder.resolve("plugins"));
    }

    @Test
    void areThoseThatTheUserNames() {
        PluginPlaces named = places(Map.of(PluginPlaces.VARIABLE, "/a:b/../c:"));

        assertThat(named.folders()).containsExactly(Path.of("/a"), Path.of("/work/c"));
        assertThat(places(Map.of(PluginPlaces.VARIABLE, "")).folders()).isEmpty();
    }

    @Test
    void holdAFolderForEachPlugin() throws Exception {
        Path plugin = Files.createDirectories(folder.resolve("p/acme"));
        Files.createDirectories(folder.resolve("p/.hidden"));
        Files.createFile(folder.resolve("p/loose.jar"));

        assertThat(places(Map.of(PluginPlaces.VARIABLE, folder.resolve("p") + ":/missing"))
                        .plugins())
                .containsExactly(plugin);
    }
}
