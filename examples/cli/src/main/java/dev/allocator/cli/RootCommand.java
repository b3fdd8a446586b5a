package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The options that all commands share, accepted before and after the command's name. */
@Command(
        name = "allocator",
        description = "Hands out disposable machines and takes every one of them back.",
        synopsisSubcommandLabel = "COMMAND")
final class RootCommand implements Runnable {

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Read this configuration instead of searching for one.")
    private @Nullable Path config;

    @Option(
            names = {"-b", "--backend"},
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "Allocate only profiles of this provider, or of providers of this type, such as lxd.")
    private @Nullable String backend;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Keep records here instead of in the user's state directory.")
    private @Nullable Path stateDirectory;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show log messages, and stack traces of failures.")
    private boolean verbose;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Show no progress.")
    private boolean quiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    RootCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** How to call this program again for the same leases, in words for a shell. */
    String self() {
        return stateDirectory == null
                ? "allocator"
                : "allocator --state-dir '"
                        + stateDirectory.toAbsolutePath().toString().replace("'", "'\\''") + "'";
    }

    @Nullable
    String backend() {
        return backend;
    }

    boolean verbose() {
        return verbose;
    }

    boolean quiet() {
        return quiet;
    }

    /** Opens the allocator that the options describe. */
    Allocator open() {
        return open(surroundings.environment());
    }

    /** The same with other variables. */
    Allocator open(Map<String, String> environment) {
        if (verbose) {
            System.setProperty("org.slf4j.simpleLogger.log.dev.allocator", "debug");
        }
        AllocatorOptions.Builder options =
                AllocatorOptions.builder().environment(environment).workingDirectory(surroundings.directory());
        surroundings.plugins().folders().forEach(options::pluginFolder);
        if (config != null) {
            options.configFile(config);
        }
        if (stateDirectory != null) {
            options.stateDirectory(stateDirectory);
        }
        return surroundings.engine().apply(options.build());
    }

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec, "spec").commandLine(), "no command given");
    }
}
