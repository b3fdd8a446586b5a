package dev.allocator.qemu.image;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/** Which content a name had when the distributor was last asked; one small file for each name. */
final class RememberedImages {

    /**
     * What is known of a name.
     *
     * @param digest the content
     * @param checked when the distributor said so
     */
    record Known(Digest digest, Instant checked) {}

    private final Path folder;

    RememberedImages(Path folder) {
        this.folder = folder;
    }

    /** What is known; nothing if it cannot be read, as it can be found out again. */
    Optional<Known> find(RemoteImage image) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file(image))) {
            properties.load(reader);
            return Optional.of(new Known(
                    Digest.parse(properties.getProperty("digest", "")),
                    Instant.parse(properties.getProperty("checked", ""))));
        } catch (NoSuchFileException | CharacterCodingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    void remember(RemoteImage image, Known known) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("name", image.name());
        properties.setProperty("digest", known.digest().toString());
        properties.setProperty("checked", known.checked().toString());
        Files.createDirectories(folder);
        StringWriter text = new StringWriter();
        properties.store(text, null);
        FreshFile.write(file(image), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Path file(RemoteImage image) {
        return folder.resolve((image.name() + "." + image.arch()).replaceAll("[^A-Za-z0-9._-]", "-") + ".known");
    }
}
