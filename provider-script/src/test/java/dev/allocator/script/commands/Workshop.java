package dev.allocator.script.commands;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An instance of two shell lines, whose folder is where they run, and a real engine over it. */
final class Workshop {

    final Path folder;
    final Map<String, Object> settings = new LinkedHashMap<>();
    private Profile profile =
            Profile.named("demo", "shop").readiness(Readiness.none()).build();

    Workshop(Path folder) {
        this.folder = folder;
        settings.put("contract", "commands");
        settings.put("directory", folder.toString());
        settings.put("retry-delay", "100ms");
        create("echo host:1");
        destroy("true");
    }

    /** Each run is noted before it does anything. */
    Workshop create(String line) {
        settings.put("create", "echo create >>runs; " + line);
        return this;
    }

    Workshop destroy(String line) {
        settings.put("destroy", "echo destroy >>runs; " + line);
        return this;
    }

    Workshop with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    Workshop profile(Profile changed) {
        profile = changed;
        return this;
    }

    Allocator open() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("HOME", folder.toString());
        // What is found out about the tests' class path is found out once.
        environment.put(
                "XDG_CACHE_HOME", Path.of("target", "cache").toAbsolutePath().toString());
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .workingDirectory(folder)
                .stateDirectory(folder.resolve("state"))
                .environment(environment)
                .provider("shop", "script", settings)
                .profile(profile)
                .build());
    }

    /** The commands that were run, in order. */
    List<String> runs() throws IOException {
        return Files.exists(folder.resolve("runs")) ? Files.readAllLines(folder.resolve("runs")) : List.of();
    }
}
