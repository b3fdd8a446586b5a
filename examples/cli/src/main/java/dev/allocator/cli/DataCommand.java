package dev.allocator.cli;

import dev.allocator.Allocator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the data that a machine came with. */
@Command(
        name = "data",
        description = "Print what a machine's maker says to its user, byte for byte. It may be secret.",
        footerHeading = "%nExample:%n",
        footer = "  allocator data 127.0.0.1:40123 > data")
final class DataCommand implements Callable<Integer> {

    private final RootCommand root;

    @Parameters(paramLabel = LeaseSearch.LABEL, description = LeaseSearch.DESCRIPTION)
    private String name = "";

    DataCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        byte[] data;
        try (Allocator allocator = root.open()) {
            data = new LeaseSearch(allocator)
                    .require(name)
                    .data()
                    .orElseThrow(() -> new CommandFailure("the machine of lease '" + name + "' came without data"));
        }
        root.surroundings().out().write(data, 0, data.length);
        return root.surroundings().out().checkError() ? 1 : 0;
    }
}
