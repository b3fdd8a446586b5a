package dev.allocator.core.flow;

import dev.allocator.Credentials;
import dev.allocator.Secret;
import dev.allocator.core.profile.ResolvedProfile;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProcessResult;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.Processes;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Asks a shell line on this host who can log in, for profiles that name one: it prints the user and the password, one
 * line each. It runs in the folder of the file that it was written in, with the whole environment of this program and
 * nothing to read, for at most a minute.
 */
public final class LoginCommand {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final String VARIABLE = "ALLOCATOR_LOGIN_COMMAND";
    private static final int MOST_SHOWN = 1000;

    /**
     * The line comes in a variable, as arguments are world-readable. What it prints is secret and goes to the file that
     * has no name, what it says of errors to the other one.
     */
    private static final String SCRIPT = "exec 3>&1 1>&2 2>&3 3>&-; eval \"unset " + VARIABLE + "; $" + VARIABLE + "\"";

    private final Processes processes;
    private final Function<Location, Path> base;
    private final Map<String, String> environment;

    /**
     * Runs lines by these means.
     *
     * @param base where paths start that were written at a place
     * @param environment this program's
     */
    public LoginCommand(Processes processes, Function<Location, Path> base, Map<String, String> environment) {
        this.processes = processes;
        this.base = base;
        this.environment = environment;
    }

    /** The profile with its log-in known; the same if it names no command. */
    ResolvedProfile complete(ResolvedProfile resolved, Deadline deadline)
            throws ProviderException, InterruptedException {
        return resolved.loginCommand().isEmpty()
                ? resolved
                : resolved.with(resolved.profile().toBuilder()
                        .login(ask(resolved.loginCommand().get(), resolved.loginCommandLocation(), deadline))
                        .build());
    }

    private Credentials ask(String line, Location location, Deadline deadline)
            throws ProviderException, InterruptedException {
        String what = location + ": the command of 'login'";
        try {
            Path errors = Files.createTempFile("allocator-", ".err");
            try {
                ProcessSpec spec = ProcessSpec.of(List.of("/bin/bash", "-c", SCRIPT))
                        .directory(base.apply(location))
                        .standardOutput(errors)
                        .grace(GRACE);
                for (Map.Entry<String, String> variable : environment.entrySet()) {
                    spec = spec.env(variable.getKey(), variable.getValue());
                }
                ProcessResult result = processes.run(spec.env(VARIABLE, line), deadline.atMost(LIMIT));
                if (!result.succeeded()) {
                    String how = result.timedOut() ? " took too long" : " failed with status " + result.exitStatus();
                    throw new ProviderException(Kind.RETRYABLE, what + how + shown(errors), null);
                }
                return credentials(result.output(), what);
            } finally {
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            throw new ProviderException(what + " cannot be run: " + e.getMessage(), e);
        }
    }

    /** Nothing of the output is shown, not even what should be the user: it may be the password. */
    private static Credentials credentials(String output, String what) throws ProviderException {
        List<String> lines = output.lines().toList();
        if (lines.size() != 2) {
            throw new ProviderException(what + " must print two lines, the user and the password, and printed "
                    + (lines.isEmpty() ? "nothing" : "lines: " + lines.size()));
        }
        try {
            return Credentials.password(lines.get(0), Secret.of(lines.get(1)));
        } catch (IllegalArgumentException e) {
            throw new ProviderException(
                    what + " printed no user name on its first line (a lower-case letter or _, then up to 31 of"
                            + " a-z 0-9 _ . -), or no password on its second (1 to 512 characters, none of them a"
                            + " control character)");
        }
    }

    private static String shown(Path errors) throws IOException {
        String text = new String(Files.readAllBytes(errors), java.nio.charset.StandardCharsets.UTF_8).strip();
        String end = text.length() > MOST_SHOWN ? "…" + text.substring(text.length() - MOST_SHOWN) : text;
        return end.isEmpty() ? "" : ": " + end;
    }
}
