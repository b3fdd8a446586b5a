package dev.allocator.script.commands;

import dev.allocator.MachineId;
import dev.allocator.script.hook.Hook;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookResult;
import dev.allocator.script.hook.HookRunner;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.script.hook.Masking;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Runs the commands of one instance. */
final class Commands {

    /** Of sysexits.h: what is wrong with the request or the configuration will be wrong again. */
    private static final Set<Integer> USAGE_DATA_OR_CONFIGURATION = Set.of(64, 65, 78);

    /** EX_TEMPFAIL of sysexits.h. */
    private static final int NO_ROOM = 75;

    /** A line may hold a secret, such as one that ${env:…} stands for: arguments can be read by all users. */
    private static final String LINE = "ALLOCATOR_LINE";

    private static final String RUN = "eval \"unset " + LINE + "; $" + LINE + "\"";

    private final ProviderContext context;
    private final CommandSettings settings;
    private final HookRunner runner;

    Commands(ProviderContext context, CommandSettings settings) {
        this.context = context;
        this.settings = settings;
        this.runner = new HookRunner(context, settings.times());
    }

    CommandSettings settings() {
        return settings;
    }

    HookRunner runner() {
        return runner;
    }

    /** A command about a machine, with what was kept for it. */
    Hook.Builder about(
            MachineId machine,
            String name,
            ShellLine line,
            Optional<KeptSecrets> kept,
            KnownFacts facts,
            byte[] input) {
        Path directory = kept.flatMap(Made::directory).orElse(line.directory());
        return hook(name, line.in(directory), kept, input).machine(machine).masking(Made.masking(kept, facts));
    }

    private Hook.Builder hook(String name, ShellLine line, Optional<KeptSecrets> kept, byte[] input) {
        return Hook.named(name, List.of("/bin/sh", "-c", RUN), line.directory())
                .environment(kept.map(KeptSecrets::environment).orElseGet(context::environment))
                .environment(Map.of(LINE, line.text()))
                .input(input);
    }

    /** Runs a command that only asks, without a trace, and returns what it printed. */
    byte[] ask(Hook.Builder hook, ShellLine line, Optional<Path> parent) throws ProviderException {
        boolean interrupted = false;
        try {
            return inTemporaryFolder(parent, folder -> {
                HookResult result = runner.run(
                        hook.answering().build(),
                        folder,
                        Deadline.in(settings.times().kill()),
                        told -> {});
                if (!result.succeeded()) {
                    throw failure(line, result);
                }
                return Made.printed(result.run()).orElse(new byte[0]);
            });
        } catch (IOException e) {
            throw cannotRun(line, e);
        } catch (BadAnswer e) {
            throw wrongAnswer(line, e, Masking.of(List.of()));
        } catch (InterruptedException e) {
            interrupted = true;
            throw new ProviderException(Kind.RETRYABLE, "interrupted while " + line.action() + " ran", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A question about no machine. */
    Hook.Builder question(ShellLine line, byte[] input) {
        return hook(line.action(), line, Optional.empty(), input);
    }

    interface Work<T> {
        T in(HookFolder folder) throws IOException, InterruptedException, ProviderException, BadAnswer;
    }

    /** Does something in a folder that is there meanwhile, inside another one if there is one. */
    static <T> T inTemporaryFolder(Optional<Path> parent, Work<T> work)
            throws IOException, InterruptedException, ProviderException, BadAnswer {
        Path folder = parent.isPresent()
                ? Files.createTempDirectory(parent.get(), "allocator-")
                : Files.createTempDirectory("allocator-");
        try {
            return work.in(new HookFolder(folder));
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static ProviderException failure(ShellLine line, HookResult result) {
        Kind kind = result.kind();
        if (result.timedOut().isEmpty()) {
            kind = result.status() == NO_ROOM
                    ? Kind.NO_CAPACITY
                    : USAGE_DATA_OR_CONFIGURATION.contains(result.status()) ? Kind.FINAL : kind;
        }
        return new ProviderException(kind, line.location() + ": " + result.sentence(), null);
    }

    /** Without the cause, whose message is not masked. */
    static ProviderException wrongAnswer(ShellLine line, BadAnswer answer, Masking masking) {
        return new ProviderException(line.location() + ": the answer of " + line.action() + " is wrong: "
                + masking.mask(String.valueOf(answer.getMessage())));
    }

    static ProviderException cannotRun(ShellLine line, IOException failure) {
        return new ProviderException(
                Kind.RETRYABLE,
                line.location() + ": " + line.action() + " cannot be run: " + failure.getMessage(),
                failure);
    }
}
