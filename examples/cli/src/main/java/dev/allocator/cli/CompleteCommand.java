package dev.allocator.cli;

import dev.allocator.Allocator;
import dev.allocator.LeaseInfo;
import dev.allocator.Profile;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Answers the scripts of {@link CompletionCommand}: one word a line. */
@Command(name = "complete", hidden = true, description = "Print the words that a shell can complete.")
final class CompleteCommand implements Runnable {

    enum Kind {
        PROFILES,
        LEASES
    }

    private final RootCommand root;

    @Parameters(paramLabel = "KIND", description = "One of: profiles, leases.")
    private Kind kind = Kind.PROFILES;

    CompleteCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        try (Allocator allocator = root.open()) {
            Stream<String> words = kind == Kind.PROFILES
                    ? allocator.profiles().stream().map(Profile::name)
                    : allocator.leases().stream().flatMap(CompleteCommand::names);
            words.forEach(root.surroundings().out()::println);
        }
    }

    private static Stream<String> names(LeaseInfo lease) {
        return Stream.concat(
                lease.address().map(Object::toString).stream(),
                Stream.of(lease.id().value().substring(0, LeaseSearch.SHORT_ID)));
    }
}
