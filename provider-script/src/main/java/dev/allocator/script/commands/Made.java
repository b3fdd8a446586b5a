package dev.allocator.script.commands;

import dev.allocator.Credentials;
import dev.allocator.Secret;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookRun;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.script.hook.Masking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the folder of a machine tells about it, to any process.
 *
 * @param folder the folder, which may not exist
 */
record Made(HookFolder folder) {

    static final String CREATE = "create";
    static final String DESTROY = "destroy";

    /** Of an output that is as long as this, more was dropped. */
    private static final long MOST_OUTPUT = 16 << 20;

    /** Data may be secret, or just words that are everywhere. */
    private static final int SHORTEST_HIDDEN = 8;

    /** Who destroys a machine may have little memory. */
    private static final int MOST_FACTS = 1 << 20;

    private static final String CREATED = "created";
    private static final String USER = "user";
    private static final String PASSWORD = "password";
    private static final String PRIVATE_KEY = "private_key";
    private static final String DIRECTORY = "directory";

    /** Whether {@code create} succeeded with a good answer. */
    boolean isCreated() {
        return Files.exists(folder.path().resolve(CREATED));
    }

    /** Makes it known that {@code create} succeeded. */
    void created() throws IOException {
        folder.write(CREATED, new byte[0]);
    }

    /** The marker of a machine that was destroyed. */
    Path gone() {
        return folder.path().resolve("gone");
    }

    /** What the last run of {@code create} printed; empty if there was none. */
    Optional<byte[]> printed() throws IOException, BadAnswer {
        List<HookRun> runs = folder.runs(CREATE);
        return runs.isEmpty() ? Optional.empty() : printed(runs.get(runs.size() - 1));
    }

    static Optional<byte[]> printed(HookRun run) throws IOException, BadAnswer {
        try {
            if (Files.size(run.answer()) >= MOST_OUTPUT) {
                throw new BadAnswer("it printed 16 MiB or more");
            }
            return Optional.of(Files.readAllBytes(run.answer()));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // it never started
        }
    }

    /** What {@code create} told about the machine, whether or not it came to its end. */
    KnownFacts facts() throws IOException {
        try {
            Optional<byte[]> printed = printed().filter(bytes -> bytes.length <= MOST_FACTS);
            return printed.isEmpty()
                    ? KnownFacts.NONE
                    : KnownFacts.of(CreateAnswer.read(printed.get(), false, Optional.empty()));
        } catch (BadAnswer e) {
            return KnownFacts.NONE; // which was said when it was given
        }
    }

    /** What later commands need again. */
    static KeptSecrets secrets(Map<String, String> environment, Credentials credentials, Path directory) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(USER, credentials.user());
        credentials.password().map(Secret::reveal).ifPresent(password -> values.put(PASSWORD, password));
        credentials.privateKey().map(Secret::reveal).ifPresent(key -> values.put(PRIVATE_KEY, key));
        values.put(DIRECTORY, directory.toString());
        return KeptSecrets.inheriting(environment, values);
    }

    /** Who was to log in. */
    static Credentials credentials(KeptSecrets kept) throws IOException {
        String user = kept.values().get(USER);
        String password = kept.values().get(PASSWORD);
        String key = kept.values().get(PRIVATE_KEY);
        if (user == null || (password == null && key == null)) {
            throw new IOException("the file 'secrets' lacks the log-in");
        }
        return password != null
                ? Credentials.password(user, Secret.of(password))
                : Credentials.key(user, Secret.of(String.valueOf(key)));
    }

    /** Where the machine's commands run, if that folder is still there. */
    static Optional<Path> directory(KeptSecrets kept) {
        return Optional.ofNullable(kept.values().get(DIRECTORY)).map(Path::of).filter(Files::isDirectory);
    }

    /** What hides that. */
    static Masking masking(Optional<KeptSecrets> kept, KnownFacts facts) {
        return Masking.of(kept.map(secrets -> hidden(secrets, facts)).orElse(List.of()));
    }

    /** What must not be shown. A password that is the user's name is well known. */
    private static List<String> hidden(KeptSecrets kept, KnownFacts facts) {
        List<String> hidden = new ArrayList<>();
        String password = kept.values().get(PASSWORD);
        if (password != null && !password.equals(kept.values().get(USER))) {
            hidden.add(password);
        }
        Optional.ofNullable(kept.values().get(PRIVATE_KEY)).ifPresent(hidden::add);
        facts.data()
                .map(data -> new String(data, StandardCharsets.UTF_8))
                .ifPresent(data -> data.lines()
                        .filter(line -> line.length() >= SHORTEST_HIDDEN)
                        .forEach(hidden::add));
        return hidden;
    }
}
