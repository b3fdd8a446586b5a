package dev.allocator.core.reaper;

import java.nio.file.Path;
import java.util.List;

/** Where jars stay as they are, so that nobody needs a copy of them. */
final class StablePlaces {

    private static final Path HOME = Path.of(System.getProperty("user.home", "/"));

    private static final List<Path> FOLDERS =
            List.of(HOME.resolve(".m2/repository"), HOME.resolve(".gradle/caches"), Path.of("/usr"), Path.of("/opt"));

    private StablePlaces() {}

    /** Whether a jar is there; folders of classes, and what is a snapshot, change anywhere. */
    static boolean contains(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.endsWith(".jar")
                && !name.contains("SNAPSHOT")
                && FOLDERS.stream().anyMatch(path::startsWith);
    }
}
