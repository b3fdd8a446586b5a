package dev.allocator.script.hook;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a machine's later hooks need again, whoever runs them: kept in the machine's folder, for its user's eyes only.
 *
 * @param environment the environment that hooks inherit, as of the machine's creation
 * @param values what else the contract needs, such as user and password
 */
public record KeptSecrets(Map<String, String> environment, Map<String, String> values) {

    private static final String FILE = "secrets";
    private static final TypeReference<Map<String, Map<String, String>>> FORM = new TypeReference<>() {};

    /** Copies both. */
    public KeptSecrets {
        environment = Map.copyOf(environment);
        values = Map.copyOf(values);
    }

    /** Inherits this environment but for the tags that a hook gets anew. */
    public static KeptSecrets inheriting(Map<String, String> environment, Map<String, String> values) {
        Map<String, String> inherited = new LinkedHashMap<>(environment);
        inherited.remove("ALLOCATOR_MACHINE");
        inherited.remove("ALLOCATOR_REALM");
        return new KeptSecrets(inherited, values);
    }

    /** Writes them before the first hook runs. */
    public void save(HookFolder folder) throws IOException {
        folder.write(FILE, new ObjectMapper().writeValueAsBytes(Map.of("environment", environment, "values", values)));
    }

    /** Reads them; empty if no hook ever ran. */
    public static Optional<KeptSecrets> load(HookFolder folder) throws IOException {
        Optional<byte[]> file = folder.read(FILE);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Map<String, String>> read = new ObjectMapper().readValue(file.get(), FORM);
        return Optional.of(
                new KeptSecrets(read.getOrDefault("environment", Map.of()), read.getOrDefault("values", Map.of())));
    }

    /** The file that they are in. */
    public static Path file(HookFolder folder) {
        return folder.path().resolve(FILE);
    }

    /** Removes them: no hook needs them any more. */
    public static void delete(HookFolder folder) throws IOException {
        Files.deleteIfExists(file(folder));
    }

    /** Says nothing of what it holds. */
    @Override
    public String toString() {
        return "secrets";
    }
}
