package dev.allocator.script.fixed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Credentials;
import dev.allocator.MachineId;
import dev.allocator.Secret;
import dev.allocator.script.hook.Hook;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookProcesses;
import dev.allocator.script.hook.HookResult;
import dev.allocator.script.hook.HookRunner;
import dev.allocator.script.hook.HookTimes;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.script.hook.Masking;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command that makes a host ready for its next user. It comes to an end by itself once for each user: how it ended is
 * written by the shell that runs it, so that nobody runs it again if whoever waited for it is killed. Only one that was
 * itself cut short is run again, from its start.
 */
final class Cleanup {

    private static final String NAME = "cleanup";
    private static final String STATUS = "cleanup.status";
    private static final String KEY_FILE = "key";

    /** {@code LINE STATUSFILE}: succeeds if the line came to its end, however. */
    private static final String TO_THE_END = """
            /bin/sh -c "$1"
            echo "$?" >"$2.draft" && mv "$2.draft" "$2"
            """;

    private final ProviderContext context;
    private final String line;
    private final Path directory;
    private final Duration limit;
    private final HookRunner runner;
    private final HookProcesses processes;

    Cleanup(ProviderContext context, String line, Duration limit) {
        this.context = context;
        this.line = line;
        this.directory = context.resolve(".", context.settings().location("cleanup"));
        this.limit = limit;
        this.runner = new HookRunner(context, new HookTimes(limit, limit, limit));
        this.processes = new HookProcesses(context);
    }

    /**
     * How a clean-up failed.
     *
     * @param reason one sentence
     * @param output the end of what it printed, without secrets
     */
    record Failure(String reason, List<String> output) {}

    /** Keeps what the clean-up will be given, before anyone uses the host. */
    static void remember(HookFolder folder, Map<String, String> environment, Optional<Credentials> login)
            throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        login.ifPresent(known -> {
            values.put("user", known.user());
            known.password().map(Secret::reveal).ifPresent(password -> values.put("password", password));
            known.privateKey().map(Secret::reveal).ifPresent(key -> values.put("private_key", key));
        });
        KeptSecrets.inheriting(environment, values).save(folder);
    }

    /**
     * Cleans a host up, unless that is done already. Of several at once, all wait for the one that does it.
     *
     * @return how it failed; empty if it succeeded
     * @throws InterruptedException if interrupted; the command is ended then
     */
    Optional<Failure> run(MachineId machine, HostNote note, HookFolder folder)
            throws IOException, InterruptedException {
        KeptSecrets secrets = KeptSecrets.load(folder)
                .orElseThrow(() -> new IOException(folder.path() + " lacks what the clean-up needs"));
        Map<String, String> login = secrets.values();
        processes.awaitOrEnd(machine, folder, NAME, limit); // of someone who may be dead
        HookResult result = runner.run(
                hook(machine, note, folder, secrets.environment(), login), folder, Deadline.in(limit), progress -> {});
        processes.endLeftovers(machine, folder);
        Optional<Integer> status = status(folder);
        if (status.isPresent() && status.get() == 0) {
            return Optional.empty();
        }
        HookResult shown = new HookResult(
                result.run(),
                status.orElse(result.status()),
                status.isPresent() ? Optional.empty() : result.timedOut(),
                result.lastLines(),
                result.masking(),
                Optional.empty());
        return Optional.of(new Failure(shown.sentence(), result.lastLines()));
    }

    private Hook hook(
            MachineId machine,
            HostNote note,
            HookFolder folder,
            Map<String, String> environment,
            Map<String, String> login)
            throws IOException {
        Hook.Builder hook = Hook.named(
                        NAME,
                        List.of(
                                "/bin/sh",
                                "-c",
                                TO_THE_END,
                                "sh",
                                line,
                                folder.path().resolve(STATUS).toString()),
                        directory)
                .machine(machine)
                .log(context.log(machine, NAME + ".log"))
                .once(folder.path().resolve("cleaned"))
                .environment(environment)
                .environment(Map.of(
                        "ALLOCATOR_HOST_NAME",
                        note.host(),
                        "ALLOCATOR_HOST_ADDRESS",
                        note.address().toString()))
                .masking(Masking.of(login.entrySet().stream()
                        .filter(entry -> !entry.getKey().equals("user")
                                && !entry.getValue().equals(login.get("user")))
                        .map(Map.Entry::getValue)
                        .toList()))
                .input(request(machine, note, login));
        String user = login.get("user");
        if (user != null) {
            hook.environment(Map.of("ALLOCATOR_HOST_USER", user));
        }
        String password = login.get("password");
        if (password != null) {
            hook.environment(Map.of("ALLOCATOR_HOST_PASSWORD", password));
        }
        String key = login.get("private_key");
        if (key != null) {
            folder.write(KEY_FILE, (key.strip() + "\n").getBytes(StandardCharsets.UTF_8));
            hook.environment(Map.of(
                    "ALLOCATOR_HOST_KEY_FILE", folder.path().resolve(KEY_FILE).toString()));
        }
        return hook.build();
    }

    private byte[] request(MachineId machine, HostNote note, Map<String, String> login) throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode request = json.createObjectNode()
                .put("action", "destroy")
                .put("machine", machine.value())
                .put("realm", context.realm().value())
                .put("provider", context.instance())
                .put("endpoint", note.address().toString());
        request.putObject("attributes").put("host", note.host()).put("slot", String.valueOf(note.slot()));
        ObjectNode credentials = request.putObject("credentials");
        login.forEach(credentials::put);
        return json.writeValueAsBytes(request);
    }

    private static Optional<Integer> status(HookFolder folder) throws IOException {
        Optional<byte[]> file = folder.read(STATUS);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.parseInt(new String(file.get(), StandardCharsets.UTF_8).strip()));
        } catch (NumberFormatException e) {
            throw new IOException(folder.path().resolve(STATUS) + " names no exit status", e);
        }
    }
}
