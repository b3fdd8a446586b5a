package dev.allocator.cli;

import dev.allocator.AllocatorOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Runs command lines in this JVM, on a fake allocator, and keeps what they write. */
final class CliRun {

    final FakeAllocator allocator = new FakeAllocator();
    /** Without the plugins of whoever runs the tests. */
    final Map<String, String> environment = new HashMap<>(Map.of(PluginPlaces.VARIABLE, ""));

    final List<Runnable> whenEnding = new ArrayList<>();
    final List<Integer> endedNow = new ArrayList<>();
    final List<Integer> exits = new CopyOnWriteArrayList<>();
    Callers callers = Callers.NONE;
    Path directory = Path.of("/");
    String stdin = "";
    boolean liveLine;
    boolean outIsTerminal;
    RuntimeException openFails;
    OutputStream stdout = new ByteArrayOutputStream();
    AllocatorOptions options;

    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    int run(String... args) {
        ProcessEnd processEnd = new ProcessEnd() {
            @Override
            public void whenEnding(Runnable task) {
                whenEnding.add(task);
            }

            @Override
            public void exit(int status) {
                exits.add(status);
                signal();
            }

            @Override
            public void now(int status) {
                endedNow.add(status);
            }
        };
        StatusLine status = new StatusLine(new PrintStream(stderr, false, StandardCharsets.UTF_8), liveLine);
        Surroundings surroundings = new Surroundings(
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(stdout, false, StandardCharsets.UTF_8),
                new PrintStream(status, false, StandardCharsets.UTF_8),
                status,
                new Surroundings.Terminals(outIsTerminal, liveLine),
                environment,
                directory,
                this::open,
                processEnd,
                callers);
        return new Cli(surroundings).run(args);
    }

    private FakeAllocator open(AllocatorOptions given) {
        options = given;
        if (openFails != null) {
            throw openFails;
        }
        return allocator;
    }

    /** What a signal does: all hooks run. */
    void signal() {
        List.copyOf(whenEnding).forEach(Runnable::run);
    }

    String out() {
        return stdout.toString();
    }

    String err() {
        return stderr.toString(StandardCharsets.UTF_8);
    }
}
