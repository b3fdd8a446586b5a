package dev.allocator.core.config;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads YAML files as {@link ConfigNode}s that know where they were written.
 *
 * <p>Anchors, merge keys and {@code ${…}} are resolved here. Refused, each with its place: tags, keys given twice, keys
 * that are no text, anchors that contain themselves, aliases that expand to very much, a second document.
 */
public final class YamlReader {

    private YamlReader() {}

    /**
     * Reads a file.
     *
     * @param problems takes whatever is wrong
     * @return its root, which is an empty section for an empty file; nothing if it cannot be read to its end
     */
    public static Optional<ConfigNode> read(Path file, Interpolation interpolation, Problems problems) {
        byte[] bytes;
        try {
            bytes = TextFile.bytes(file);
        } catch (IOException e) {
            problems.add(new Location(file.toString(), 0, 0), "cannot read the file: " + TextFile.reason(e));
            return Optional.empty();
        }
        try {
            return parse(SourceText.decode(file.toString(), bytes), interpolation, problems);
        } catch (UnreadableYamlException e) {
            problems.add(e.location(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<ConfigNode> parse(SourceText text, Interpolation interpolation, Problems problems) {
        try {
            return Optional.of(new YamlTree(text, interpolation, problems).document());
        } catch (MarkedYAMLException e) {
            SyntaxProblem.report(e, text, problems);
        } catch (YAMLException e) {
            problems.add(new Location(text.source(), 0, 0), "cannot read the YAML: " + e.getMessage());
        }
        return Optional.empty();
    }
}
