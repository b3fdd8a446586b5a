package dev.allocator.testkit;

import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.ExecResult;
import dev.allocator.core.ssh.ShellQuote;
import dev.allocator.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs commands for a machine without its SSH server: on this host, as this JVM's user, for as long as it lives. */
final class HostShell {

    private static final Logger LOG = LoggerFactory.getLogger(HostShell.class);

    private final Path home;
    private final List<GuestCommands> scripted;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String over;

    HostShell(Path home, List<GuestCommands> scripted) {
        this.home = home;
        this.scripted = scripted;
    }

    /** Runs a command, as {@link dev.allocator.spi.Provider#exec} promises. */
    ExecResult run(Command command) throws ProviderException, InterruptedException {
        requireOpen();
        try {
            Optional<ExecResult> answer = answer(command);
            return answer.isPresent() ? answer.get() : runForReal(command);
        } catch (IOException e) {
            throw new ProviderException("'" + command.words().get(0) + "' cannot be run: " + e.getMessage(), e);
        }
    }

    /** Ends what runs, and lets nothing run any more. */
    void end(String sentence) {
        over = sentence;
        running.forEach(HostShell::kill);
    }

    private void requireOpen() throws ProviderException {
        String sentence = over;
        if (sentence != null) {
            throw new ProviderException(ProviderException.Kind.RETRYABLE, sentence, null);
        }
    }

    private Optional<ExecResult> answer(Command command) throws IOException {
        String line = command.words().stream().map(ShellQuote::word).collect(Collectors.joining(" "));
        InputStream stdin = command.stdin().orElseGet(InputStream::nullInputStream);
        for (GuestCommands commands : scripted) {
            Optional<GuestReply> reply = commands.answer(new GuestCommand("root", line, stdin));
            if (reply.isPresent()) {
                return Optional.of(new ExecResult(
                        command.words().get(0),
                        reply.get().status(),
                        reply.get().stdout(),
                        reply.get().stderr(),
                        Duration.ZERO));
            }
        }
        return Optional.empty();
    }

    private ExecResult runForReal(Command command) throws IOException, ProviderException, InterruptedException {
        long started = System.nanoTime();
        Process process = start(command);
        running.add(process);
        try {
            if (over != null) {
                kill(process);
            }
            Output stdout =
                    new Output(process.getInputStream(), command.stdout().orElse(null));
            Output stderr =
                    new Output(process.getErrorStream(), command.stderr().orElse(null));
            daemon(() -> feed(command.stdin().orElseGet(InputStream::nullInputStream), process.getOutputStream()));
            String program = command.words().get(0);
            if (!process.waitFor(command.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                kill(process);
                throw new CommandTimeoutException(program, command.timeout(), stdout.text(), stderr.text());
            }
            stdout.await();
            stderr.await();
            requireOpen();
            return new ExecResult(
                    program,
                    process.exitValue(),
                    stdout.text(),
                    stderr.text(),
                    Duration.ofNanos(System.nanoTime() - started));
        } finally {
            running.remove(process);
            kill(process);
        }
    }

    /** The shell, which the program replaces, says 127 where there is none. */
    private Process start(Command command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "exec \"$@\"", "sh");
        builder.command().addAll(command.words());
        builder.directory(command.directory().map(Path::of).orElse(home).toFile());
        String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", path, "HOME", home.toString(), "USER", "root"));
        builder.environment().putAll(command.environment());
        return builder.start();
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void feed(InputStream from, OutputStream to) {
        byte[] buffer = new byte[16 * 1024];
        try (to) {
            for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
                to.write(buffer, 0, length);
                to.flush();
            }
        } catch (IOException e) {
            LOG.trace("a command ended before its input", e);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "allocator-testkit-exec");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** One of a command's two outputs. */
    private static final class Output {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final OutputStream target;
        private final Thread thread;

        Output(InputStream from, @Nullable OutputStream target) {
            this.target = target == null ? kept : target;
            this.thread = daemon(() -> copy(from));
        }

        private void copy(InputStream from) {
            byte[] buffer = new byte[16 * 1024];
            try {
                for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
                    target.write(buffer, 0, length);
                    target.flush();
                }
            } catch (IOException e) {
                LOG.debug("the output of a command ended early", e);
            }
        }

        void await() throws InterruptedException {
            thread.join();
        }

        String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
