package dev.allocator.testkit;

import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.ExecResult;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The in-process provider with one bug each in how it runs commands. */
final class BrokenShells {

    private BrokenShells() {}

    static class NobodysCommands extends Bug {
        @Override
        public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
            return command.words().get(0).equals("id")
                    ? new ExecResult("id", 0, "65534\n", "", Duration.ZERO)
                    : super.exec(ref, command);
        }
    }

    static class OneOutput extends Bug {
        @Override
        public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
            return super.exec(
                    ref,
                    command.stdout().isPresent()
                            ? command.stderr(command.stdout().get())
                            : command);
        }
    }

    static class OutputInTheEnd extends Bug {
        @Override
        public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            ExecResult result = super.exec(ref, command.stdout(kept));
            try {
                kept.writeTo(command.stdout().orElseThrow());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return result;
        }
    }

    static class MissingIsAnError extends Bug {
        @Override
        public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
            ExecResult result = super.exec(ref, command);
            if (result.exitStatus() == 127) {
                throw new ProviderException(
                        "there is no program " + command.words().get(0));
            }
            return result;
        }
    }

    static class EnvironmentInArguments extends Bug {
        @Override
        public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
            List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "\"$@\"; exit", "sh", "env"));
            command.environment().forEach((name, value) -> words.add(name + "=" + value));
            words.addAll(command.words());
            return super.exec(
                    ref,
                    Command.of(words.toArray(new String[0]))
                            .directory(command.directory().orElse("/"))
                            .stdin(command.stdin().orElseThrow())
                            .stdout(command.stdout().orElseThrow())
                            .timeout(command.timeout()));
        }
    }

    static class LeavesWhatIsSlow extends Bug {
        @Override
        public ExecResult exec(MachineRef ref, Command command) throws ProviderException, InterruptedException {
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            FutureTask<ExecResult> call =
                    new FutureTask<>(() -> super.exec(ref, command.stdout(kept).timeout(Duration.ofMinutes(1))));
            Thread thread = new Thread(call);
            thread.setDaemon(true);
            thread.start();
            try {
                return call.get(command.timeout().toMillis(), TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                throw new CommandTimeoutException(
                        command.words().get(0), command.timeout(), kept.toString(StandardCharsets.UTF_8), "");
            } catch (java.util.concurrent.ExecutionException e) {
                throw new ProviderException("the command failed", e);
            }
        }
    }

    static class SwallowsInterrupts extends Bug {
        @Override
        public ExecResult exec(MachineRef ref, Command command) throws ProviderException {
            try {
                return super.exec(ref, command);
            } catch (InterruptedException e) {
                throw new ProviderException("interrupted while a command ran", e);
            }
        }
    }

    static class RunsInTheVoid extends Bug {
        @Override
        public ExecResult exec(MachineRef ref, Command command) throws InterruptedException {
            try {
                return super.exec(ref, command);
            } catch (ProviderException e) {
                return new ExecResult(command.words().get(0), 255, "", "no such machine", Duration.ZERO);
            }
        }
    }
}
