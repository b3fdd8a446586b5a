package dev.allocator.cli;

import dev.allocator.Allocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Copies files to and from machines. */
@Command(
        name = "cp",
        description = "Copy a file, or a folder with all in it, to or from a machine, as 'scp -rp' does.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  allocator cp build/app.tar 127.0.0.1:40123:/tmp/",
            "  allocator cp 127.0.0.1:40123:/var/log/syslog .",
            "  allocator cp 6f9619ff:results ./results     (by the lease's id; from the user's home)"
        })
final class CopyCommand implements Callable<Integer> {

    private static final String FORM =
            "HOST:PORT:PATH, HOST:PATH (port 22) or ID:PATH; a path here that has a colon" + " begins with ./ or /";

    private final RootCommand root;

    @Parameters(index = "0", paramLabel = "SRC", description = "What to copy: a path here, or " + FORM + ".")
    private String source = "";

    @Parameters(
            index = "1",
            paramLabel = "DST",
            description = "Where to: the same. In a folder that exists it gets the name that it has.")
    private String target = "";

    CopyCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Optional<RemotePath> from = RemotePath.of(source);
        Optional<RemotePath> to = RemotePath.of(target);
        if (from.isPresent() == to.isPresent()) {
            throw CommandFailure.misuse(
                    "one of SRC and DST has to be in a machine, the other one here; in a machine is " + FORM);
        }
        if (to.isPresent() && !Files.exists(local(source))) {
            throw new CommandFailure("cannot copy '" + Failures.squeeze(source) + "': there is no such file");
        }
        try (Allocator allocator = root.open()) {
            LeaseSearch search = new LeaseSearch(allocator);
            from.ifPresent(it -> search.require(it.machine()).download(it.path(), local(target)));
            to.ifPresent(it -> search.require(it.machine()).upload(local(source), it.path()));
        }
        return 0;
    }

    private Path local(String path) {
        return root.surroundings().directory().resolve(path);
    }
}
