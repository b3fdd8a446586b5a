package dev.allocator.cli;

import dev.allocator.Allocator;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The program: the only place that knows the process's streams and ends it. */
public final class Main {

    private Main() {}

    /** Runs the command line and exits with its status. */
    public static void main(String[] args) {
        boolean allocates = List.of(args).contains(AllocateCommand.NAME);
        // Before anything that takes time: one that ends meanwhile must not be missed.
        Callers callers = allocates ? Callers.of(ProcessHandle.current().pid()) : Callers.NONE;
        PrintStream out = stream(FileDescriptor.out);
        String terminals = System.getProperty("allocator.cli.terminals", "");
        boolean live = terminals.contains("err") && !Colours.isDumb(System.getenv());
        StatusLine line = new StatusLine(stream(FileDescriptor.err), live);
        PrintStream err = new PrintStream(line, false, StandardCharsets.UTF_8);
        // Whoever parses our output must not meet what a library prints.
        System.setOut(err);
        System.setErr(err);
        Surroundings surroundings = new Surroundings(
                System.in,
                out,
                err,
                line,
                new Surroundings.Terminals(terminals.contains("out"), terminals.contains("err")),
                System.getenv(),
                Path.of(""),
                Allocator::open,
                ProcessEnd.OF_THIS_PROCESS,
                callers);
        int status = run(surroundings, args);
        boolean lost = out.checkError();
        System.exit(status == 0 && lost ? 1 : status);
    }

    private static int run(Surroundings surroundings, String[] args) {
        if (args.length == 1 && args[0].equals(VersionCommand.NAME)) {
            // Asked for by scripts again and again: not worth setting up all commands.
            surroundings.out().println(VersionCommand.text());
            return 0;
        }
        return new Cli(surroundings).run(args);
    }

    /** Unbuffered, and in UTF-8 whatever the locale, since programs read it. */
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }
}
