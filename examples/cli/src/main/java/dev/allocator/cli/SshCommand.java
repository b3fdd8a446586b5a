package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.SshEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Logs in to a machine with the system's {@code ssh}. */
@Command(
        name = SshCommand.NAME,
        description = "Log in to a machine with the system's ssh, or run a command line there. Exits as ssh does.",
        footerHeading = "%nExamples:%n",
        footer = {"  allocator ssh 127.0.0.1:40123", "  allocator ssh 127.0.0.1:40123 'uname -a; id'"})
final class SshCommand implements Callable<Integer> {

    static final String NAME = "ssh";

    private final RootCommand root;

    @Parameters(index = "0", paramLabel = LeaseSearch.LABEL, description = LeaseSearch.DESCRIPTION)
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "CMD",
            preprocessor = RemainingWords.class,
            description = "Words that the user's shell in the machine reads as one line.")
    private List<String> words = new ArrayList<>();

    SshCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (SshFolder folder = SshFolder.create(endpoint())) {
            root.surroundings().processEnd().whenEnding(folder::close);
            return run(folder);
        }
    }

    private SshEndpoint endpoint() {
        try (Allocator allocator = root.open()) {
            return new LeaseSearch(allocator)
                    .require(name)
                    .endpoint()
                    .orElseThrow(() -> new CommandFailure("the machine of lease '" + name + "' has no SSH"));
        }
    }

    private int run(SshFolder folder) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(folder.command(words)).inheritIO();
        builder.environment().keySet().removeAll(PasswordSource.VARIABLES);
        builder.environment().putAll(folder.environment());
        Process ssh;
        try {
            ssh = builder.start();
        } catch (IOException e) {
            throw new CommandFailure("cannot start 'ssh': install OpenSSH's client (" + e.getMessage() + ")");
        }
        root.surroundings().processEnd().whenEnding(ssh::destroy);
        return ssh.waitFor();
    }
}
