package dev.allocator.core.process;

import dev.allocator.RealmId;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProcessSpec;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts shell scripts that outlive this process: each in a session of its own, with {@code init} as its parent, so
 * that neither a signal to our process group nor whoever kills our children reaches it. Its working directory is
 * {@code /}; it holds no file of ours and gets the harmless part of our environment and the realm's tag.
 */
public final class OrphanShell {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long STEP_NANOS = 200_000;

    /**
     * Starts the orphan, whose script and arguments are its own arguments, and stays until it is killed, so that its
     * input can be found. The input of what goes to the background would be /dev/null, were it not put aside first.
     */
    private static final String STARTER = """
            setsid=$1
            shift
            exec 3<&0
            "$setsid" /bin/sh -c "$@" <&3 3<&- &
            exec sleep %d >/dev/null 3<&-
            """.formatted(LIMIT.toSeconds());

    private final Map<String, String> environment;

    /**
     * Starts scripts for a realm.
     *
     * @param realm what they are tagged with
     * @param environment the environment whose harmless part they inherit
     */
    public OrphanShell(RealmId realm, Map<String, String> environment) {
        this.environment = new ChildEnvironment(realm, environment).forProcess(ProcessSpec.of(List.of("sh")));
    }

    /**
     * A script that was started.
     *
     * @param firstLine its first output
     * @param input where it reads from; it reads the end once this is closed or this process has ended
     */
    public record Started(String firstLine, OutputStream input) {}

    /**
     * Starts a script and waits for its first line of output, after which it may print no more.
     *
     * @throws IOException if it does not start
     */
    public Started start(String script, String... arguments) throws IOException {
        Process starter = builder(script, arguments).start();
        try (InputStream output = starter.getInputStream()) {
            String line = firstLine(output);
            // A pipe of our own, as Java closes the starter's as soon as that ends.
            return new Started(line, new FileOutputStream("/proc/" + starter.pid() + "/fd/0"));
        } finally {
            starter.destroyForcibly();
        }
    }

    /** Reads a line without ever blocking, as such a read could not be ended. */
    private static String firstLine(InputStream output) throws IOException {
        Deadline deadline = Deadline.in(LIMIT);
        StringBuilder line = new StringBuilder();
        while (!deadline.expired()) {
            if (output.available() == 0) {
                LockSupport.parkNanos(STEP_NANOS);
                continue;
            }
            int next = output.read();
            if (next == '\n') {
                return line.toString();
            }
            line.append((char) next);
        }
        throw new IOException("the shell did not start within " + LIMIT.toSeconds() + " s");
    }

    private ProcessBuilder builder(String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", STARTER, "sh"));
        command.add(Launcher.setsid(environment.getOrDefault("PATH", "")).toString());
        command.addAll(List.of(script, "sh"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(new File("/")).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    /** Why such scripts cannot be started here, if they cannot. */
    public Optional<String> problem() {
        String searchPath = environment.getOrDefault("PATH", "");
        if (ProcessIdentity.of(ProcessHandle.current().pid()).isEmpty()) {
            return Optional.of("there is no /proc, which only Linux has");
        }
        for (String program : List.of("setsid", "flock")) {
            try {
                Path unused = ProgramPath.find(program, Path.of("/"), searchPath + ":/usr/bin:/bin");
            } catch (IOException e) {
                return Optional.of("there is no " + program + " in PATH; it is part of util-linux");
            }
        }
        return Optional.empty();
    }
}
