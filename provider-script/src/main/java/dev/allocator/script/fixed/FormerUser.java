package dev.allocator.script.fixed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Credentials;
import dev.allocator.MachineId;
import dev.allocator.Secret;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.script.hook.Masking;
import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the clean-up is told of a machine that was a host.
 *
 * @param machine the machine
 * @param host the host that it was
 * @param secrets how to log in, and the environment that the clean-up inherits, both as of the machine's creation
 */
record FormerUser(MachineId machine, HostNote host, KeptSecrets secrets) {

    private static final String USER = "user";
    private static final String PASSWORD = "password";
    private static final String KEY = "private_key";
    private static final String KEY_FILE = "key";
    private static final String DIRECTORY = "directory";

    /**
     * Keeps in the machine's folder what will be told, before anyone uses the host.
     *
     * @param directory where the clean-up will run, whoever runs it
     */
    static void remember(
            HookFolder folder, Map<String, String> environment, Path directory, Optional<Credentials> login)
            throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(DIRECTORY, directory.toString());
        login.ifPresent(known -> {
            values.put(USER, known.user());
            known.password().map(Secret::reveal).ifPresent(password -> values.put(PASSWORD, password));
            known.privateKey().map(Secret::reveal).ifPresent(key -> values.put(KEY, key));
        });
        KeptSecrets.inheriting(environment, values).save(folder);
    }

    /** What was kept of a machine. */
    static FormerUser load(MachineId machine, HostNote host, HookFolder folder) throws IOException {
        return new FormerUser(
                machine,
                host,
                KeptSecrets.load(folder)
                        .orElseThrow(() -> new IOException(folder.path() + " lacks what the clean-up is to be told")));
    }

    /** Where the clean-up runs. */
    Path directory() {
        return Path.of(value(DIRECTORY).orElse("/"));
    }

    /** The clean-up's variables; a key goes to a file, as {@code ssh -i} wants it. */
    Map<String, String> environment(HookFolder folder) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>(secrets.environment());
        variables.put("ALLOCATOR_HOST_NAME", host.host());
        variables.put("ALLOCATOR_HOST_SLOT", String.valueOf(host.slot()));
        variables.put("ALLOCATOR_HOST_ADDRESS", host.address().toString());
        value(USER).ifPresent(user -> variables.put("ALLOCATOR_HOST_USER", user));
        value(PASSWORD).ifPresent(password -> variables.put("ALLOCATOR_HOST_PASSWORD", password));
        Optional<String> key = value(KEY);
        if (key.isPresent()) {
            folder.write(KEY_FILE, (key.get().strip() + "\n").getBytes(StandardCharsets.UTF_8));
            variables.put(
                    "ALLOCATOR_HOST_KEY_FILE", folder.path().resolve(KEY_FILE).toString());
        }
        return variables;
    }

    /** What the clean-up reads. */
    byte[] request(ProviderContext context) throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode request = json.createObjectNode()
                .put("action", "destroy")
                .put("machine", machine.value())
                .put("realm", context.realm().value())
                .put("provider", context.instance())
                .put("endpoint", host.address().toString());
        request.putObject("attributes").put("host", host.host()).put("slot", String.valueOf(host.slot()));
        ObjectNode credentials = request.putObject("credentials");
        for (String key : List.of(USER, PASSWORD, KEY)) {
            value(key).ifPresent(text -> credentials.put(key, text));
        }
        return json.writeValueAsBytes(request);
    }

    /** What the clean-up's output must not show; a password that is the user's name is none. */
    Masking masking() {
        return Masking.of(Stream.of(PASSWORD, KEY)
                .map(this::value)
                .flatMap(Optional::stream)
                .filter(secret -> !Optional.of(secret).equals(value(USER)))
                .toList());
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(secrets.values().get(name));
    }
}
