package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.Command;
import dev.allocator.CommandTimeoutException;
import dev.allocator.ExecResult;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.ProviderException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code exec} promises, in a machine whose guest runs. */
abstract class ExecPromises extends LifePromises {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** How long after its time limit or an interrupt a command may still be busy with ending. */
    private static final Duration ENDING = Duration.ofSeconds(10);

    /** More than any buffer on the way. */
    private static final int LARGE = 3 << 20;

    /** {@code Machine.commands}: completes, never exceptionally; then commands run, as root. */
    @Test
    protected void commandsRunAsRoot() throws Exception {
        ProviderBench guests = guests();
        Machine machine = guest(guests);
        ExecResult result = exec(guests, machine, Command.of("id", "-u"));
        assertThat(result.stdout())
                .as(SpiSentence.EXEC.broken("id -u in the machine"))
                .isEqualTo("0\n");
        assertThat(result.stderr())
                .as(SpiSentence.EXEC.broken("the error output of a command that wrote none"))
                .isEmpty();
        destroyCompletely(guests, machine.ref());
    }

    /** {@code Provider.exec}: input and both outputs are passed byte for byte, each by itself, however much it is. */
    @Test
    protected void inputAndOutputsAreExact() throws Exception {
        ProviderBench guests = guests();
        Machine machine = guest(guests);
        byte[] bytes = new byte[LARGE];
        new Random(42).nextBytes(bytes);
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        exec(
                guests,
                machine,
                Command.of("/bin/sh", "-c", "cat; echo 'an error' >&2")
                        .stdin(new ByteArrayInputStream(bytes))
                        .stdout(stdout)
                        .stderr(stderr));
        assertThat(java.util.Arrays.equals(stdout.toByteArray(), bytes))
                .as(SpiSentence.EXEC_STREAMS.broken(
                        "of " + bytes.length + " bytes that cat was given, " + stdout.size() + " came back, or others"))
                .isTrue();
        assertThat(stderr.toString(StandardCharsets.UTF_8))
                .as(SpiSentence.EXEC_STREAMS.broken("the error output"))
                .isEqualTo("an error\n");
        ExecResult kept = exec(
                guests,
                machine,
                Command.of("/bin/sh", "-c", "cat; echo 'an error' >&2").stdin("päper\r\n"));
        assertThat(List.of(kept.stdout(), kept.stderr()))
                .as(SpiSentence.EXEC_STREAMS.broken("the outputs in the result"))
                .containsExactly("päper\r\n", "an error\n");
        destroyCompletely(guests, machine.ref());
    }

    /** {@code Provider.exec}: output comes while the command runs, and input may depend on it. */
    @Test
    protected void inputAndOutputStream() throws Exception {
        ProviderBench guests = guests();
        Machine machine = guest(guests);
        PipedOutputStream toCommand = new PipedOutputStream();
        Lines fromCommand = new Lines();
        Command dialogue = Command.of("/bin/sh", "-c", "echo question; read -r answer; echo \"$answer\"")
                .stdin(new PipedInputStream(toCommand))
                .stdout(fromCommand)
                .timeout(LIMIT);
        Attempt attempt = new Attempt(guests, machine, dialogue);
        String asked = fromCommand.next(ENDING);
        if (asked == null) {
            toCommand.close();
            throw new AssertionError(SpiSentence.EXEC_STREAMS.broken("nothing of the output came before the end"));
        }
        assertThat(asked)
                .as(SpiSentence.EXEC_STREAMS.broken("the first line of the output"))
                .isEqualTo("question");
        toCommand.write("answer\n".getBytes(StandardCharsets.UTF_8));
        toCommand.flush();
        assertThat(fromCommand.next(LIMIT))
                .as(SpiSentence.EXEC_STREAMS.broken("what was read while the command ran"))
                .isEqualTo("answer");
        toCommand.close();
        attempt.awaitEnd(SpiSentence.EXEC.broken("a command that ended is waited for"));
        destroyCompletely(guests, machine.ref());
    }

    /** Output as lines, whichever threads write it and end meanwhile. */
    private static final class Lines extends OutputStream {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int b) {
            if (b == '\n') {
                lines.add(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(b);
            }
        }

        @Nullable
        String next(Duration patience) throws InterruptedException {
            return lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** {@code Provider.exec}: the exit status; 127 for what is not there; 128 + the number of a signal. */
    @Test
    protected void theExitStatusIsTold() throws Exception {
        ProviderBench guests = guests();
        Machine machine = guest(guests);
        assertThat(run(guests, machine, Command.of("/bin/sh", "-c", "exit 3")).exitStatus())
                .as(SpiSentence.EXEC_STATUS.broken("the status of: exit 3"))
                .isEqualTo(3);
        assertThat(run(guests, machine, Command.of("/no/such/program")).exitStatus())
                .as(SpiSentence.EXEC_STATUS.broken("the status of a program that is not there"))
                .isEqualTo(127);
        assertThat(run(guests, machine, Command.of("/bin/sh", "-c", "kill -TERM $$"))
                        .exitStatus())
                .as(SpiSentence.EXEC_STATUS.broken("the status of a command that signal 15 ended"))
                .isEqualTo(143);
        destroyCompletely(guests, machine.ref());
    }

    /** {@code Provider.exec}: environment and directory are heeded; neither they nor the input show in arguments. */
    @Test
    protected void environmentAndInputStayOutOfArguments() throws Exception {
        ProviderBench guests = guests();
        Machine machine = guest(guests);
        Canaries canaries = new Canaries();
        String value = "it's \"$HOME\" `x` \\ ö\nof " + canaries.text();
        String allArguments = "for each in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$each; done 2>/dev/null";
        String script = "pwd; printf '%s|' \"$GREETING\"; cat; echo '|'; " + allArguments + "; :";
        List<String> outside = new java.util.concurrent.CopyOnWriteArrayList<>();
        ByteArrayOutputStream stdout = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                outside.addAll(ProcessArguments.holding(canaries.text())); // while the command runs
            }
        };
        exec(
                guests,
                machine,
                Command.of("/bin/sh", "-c", script)
                        .env("GREETING", value)
                        .directory("/tmp")
                        .stdin("input of " + canaries.text())
                        .stdout(stdout));
        String said = stdout.toString(StandardCharsets.UTF_8);
        String expected = "/tmp\n" + value + "|input of " + canaries.text() + "|\n";
        assertThat(said)
                .as(SpiSentence.EXEC_STREAMS.broken("directory, variable and input as the command sees them"))
                .startsWith(expected);
        assertThat(said.substring(expected.length()))
                .as(SpiSentence.EXEC_SECRET.broken("arguments of processes in the machine"))
                .doesNotContain(canaries.text());
        assertThat(outside)
                .as(SpiSentence.EXEC_SECRET.broken("arguments of processes of this host"))
                .isEmpty();
        destroyCompletely(guests, machine.ref());
    }

    /** {@code Provider.exec}: a command that takes too long is killed, with all that it had written by then. */
    @Test
    protected void aTimeLimitKillsTheCommand() throws Exception {
        ProviderBench guests = guests();
        Machine machine = guest(guests);
        Attempt attempt = new Attempt(guests, machine, sleeper().timeout(Duration.ofSeconds(3)));
        attempt.awaitEnd(SpiSentence.EXEC_LIMIT.broken("a command goes on after its time limit"));
        @Nullable Throwable failure = attempt.failure();
        assertThat(failure)
                .as(SpiSentence.EXEC_LIMIT.broken("what is thrown when the time limit passes"))
                .isInstanceOf(CommandTimeoutException.class);
        String process = ((CommandTimeoutException) Objects.requireNonNull(failure)).stdout();
        assertThat(process)
                .as(SpiSentence.EXEC_LIMIT.broken("what the command had written by then"))
                .matches("[0-9]+\n");
        awaitEnd(guests, machine, process.strip(), SpiSentence.EXEC_LIMIT);
        destroyCompletely(guests, machine.ref());
    }

    /** {@code Provider.exec}: an interrupted thread throws soon, and its command is killed. */
    @Test
    protected void anInterruptKillsTheCommand() throws Exception {
        ProviderBench guests = guests();
        Machine machine = guest(guests);
        Lines fromCommand = new Lines();
        Attempt attempt =
                new Attempt(guests, machine, sleeper().stdout(fromCommand).timeout(LIMIT));
        String process = fromCommand.next(LIMIT);
        assertThat(process)
                .as(SpiSentence.EXEC_STREAMS.broken("nothing of the output came before the end"))
                .isNotNull();
        attempt.interrupt();
        attempt.awaitEnd(SpiSentence.EXEC_INTERRUPT.broken("exec was interrupted and goes on"));
        assertThat(attempt.failure())
                .as(SpiSentence.EXEC_INTERRUPT.broken("what is thrown when the thread is interrupted"))
                .isInstanceOf(InterruptedException.class);
        awaitEnd(guests, machine, Objects.requireNonNull(process), SpiSentence.EXEC_INTERRUPT);
        destroyCompletely(guests, machine.ref());
    }

    /** {@code Provider.exec}: in a machine that is gone nothing runs, and the error is a clear sentence. */
    @Test
    protected void nothingRunsInAMachineThatIsGone() throws Exception {
        ProviderBench guests = guests();
        Machine machine = guest(guests);
        destroyCompletely(guests, machine.ref());
        assertClear(catchThrowable(
                () -> guests.provider().exec(machine.ref(), Command.of("true").timeout(LIMIT))));
    }

    private static Command sleeper() {
        return Command.of("/bin/sh", "-c", "echo $$; exec sleep 600");
    }

    private ProviderBench guests() throws ProviderException {
        requireCapability(Capability.EXEC);
        return open(describe(require(execProfile(), "execProfile()"), settings())
                .realm(bench.context().realm()));
    }

    private Machine guest(ProviderBench guests) throws Exception {
        MachinePlan plan = plan(guests);
        Machine machine = create(guests, plan);
        var commands = machine.commands()
                .orElseThrow(() -> new AssertionError(
                        SpiSentence.COMMANDS.broken("a machine of execProfile() has no commands()")));
        try {
            commands.toCompletableFuture().get(guestLimit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new AssertionError(
                    SpiSentence.COMMANDS.broken("commands() of a guest that runs did not complete"), e);
        }
        return machine;
    }

    private static ExecResult run(ProviderBench guests, Machine machine, Command command) throws InterruptedException {
        try {
            return guests.provider().exec(machine.ref(), command.timeout(LIMIT));
        } catch (ProviderException e) {
            throw new AssertionError(
                    SpiSentence.EXEC.broken("exec failed, and nobody disturbed it: " + e.getMessage()), e);
        }
    }

    private static ExecResult exec(ProviderBench guests, Machine machine, Command command) throws InterruptedException {
        ExecResult result = run(guests, machine, command);
        assertThat(result.exitStatus())
                .as(SpiSentence.EXEC_STATUS.broken(
                        "the status of a command that succeeds; it said: " + result.stderr()))
                .isZero();
        return result;
    }

    /** Waits until a process of the machine is gone. */
    private void awaitEnd(ProviderBench guests, Machine machine, String process, SpiSentence sentence)
            throws Exception {
        Eventually.within(
                soon(),
                () -> assertThat(run(guests, machine, Command.of("/bin/sh", "-c", "kill -0 " + process + " 2>&1"))
                                .succeeded())
                        .as(sentence.broken("the command still runs in the machine"))
                        .isFalse());
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "allocator-contract-exec");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** One call of {@code exec}, in a thread of its own. */
    private static final class Attempt {
        private final FutureTask<ExecResult> call;
        private final Thread thread;

        Attempt(ProviderBench guests, Machine machine, Command command) {
            this.call = new FutureTask<>(() -> guests.provider().exec(machine.ref(), command));
            this.thread = daemon(call);
        }

        void interrupt() {
            thread.interrupt();
        }

        void awaitEnd(String otherwise) throws InterruptedException {
            try {
                call.get(ENDING.toMillis(), TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.ExecutionException e) {
                return; // failure() has it
            } catch (TimeoutException e) {
                AssertionError late = new AssertionError(otherwise, e);
                late.setStackTrace(thread.getStackTrace());
                throw late;
            }
        }

        @Nullable
        Throwable failure() throws InterruptedException {
            try {
                call.get();
                return null;
            } catch (java.util.concurrent.ExecutionException e) {
                return e.getCause();
            }
        }
    }
}
