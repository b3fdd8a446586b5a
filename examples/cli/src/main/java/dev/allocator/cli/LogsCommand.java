package dev.allocator.cli;

import dev.allocator.Allocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is known of a machine: its console, what its setup said. */
@Command(
        name = "logs",
        description = "List the files with what is known of a machine, such as its console, or print one;"
                + " also of an allocation that failed in the last 7 days.",
        footerHeading = "%nExamples:%n",
        footer = {"  allocator logs 127.0.0.1:40123", "  allocator logs 127.0.0.1:40123 console --follow"})
final class LogsCommand implements Callable<Integer> {

    private static final long INTERVAL_MILLIS = 200;

    private final RootCommand root;

    @Parameters(index = "0", paramLabel = LeaseSearch.LABEL, description = LeaseSearch.DESCRIPTION)
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "LOG",
            description = "The file to print: its name, or the beginning of it.")
    private @Nullable String file;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until Ctrl-C, or the end of the lease.")
    private boolean follow;

    @Option(names = "--json", description = "The list as one JSON document.")
    private boolean json;

    LogsCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (json && file != null) {
            throw CommandFailure.misuse("--json is for the list of files, not for one of them");
        }
        try (Allocator allocator = root.open()) {
            LogFiles logs = LogFiles.of(allocator, name);
            Optional<Path> wanted = Optional.ofNullable(file).map(logs::require);
            if (wanted.isEmpty() && follow) {
                wanted = logs.files().values().stream()
                        .filter(path -> logs.files().size() == 1)
                        .findFirst();
                if (wanted.isEmpty()) {
                    throw CommandFailure.misuse("--follow needs the name of one file: "
                            + String.join(", ", logs.files().keySet()));
                }
            }
            if (wanted.isPresent()) {
                return print(allocator, logs, wanted.get());
            }
            root.surroundings().out().print(json ? json(logs) : table(logs));
            return 0;
        }
    }

    private int print(Allocator allocator, LogFiles logs, Path path) throws IOException, InterruptedException {
        // What a machine wrote can hold anything, which the user's terminal must not obey.
        OutputStream out = root.surroundings().terminals().out()
                ? new PlainText(root.surroundings().out())
                : root.surroundings().out();
        Waiting waiting = new Waiting(root.surroundings().processEnd(), () -> {});
        try (InputStream in = Files.newInputStream(path)) {
            boolean more;
            do {
                more = follow
                        && !root.surroundings().out().checkError()
                        && logs.lease().flatMap(allocator::lease).isPresent()
                        && !waiting.pause(INTERVAL_MILLIS);
                in.transferTo(out);
            } while (more);
        }
        return root.surroundings().out().checkError() ? 1 : 0;
    }

    private String table(LogFiles logs) throws IOException {
        Table table = new Table(List.of("LOG", "BYTES", "FILE"));
        for (Map.Entry<String, Path> entry : logs.files().entrySet()) {
            table.add(List.of(
                    entry.getKey(),
                    String.valueOf(Files.size(entry.getValue())),
                    entry.getValue().toString()));
        }
        return table.write(root.surroundings().colours(), 0, log -> log);
    }

    private static String json(LogFiles logs) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Map.Entry<String, Path> entry : logs.files().entrySet()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", entry.getKey());
            fields.put("file", entry.getValue());
            fields.put("bytes", Files.size(entry.getValue()));
            all.add(fields);
        }
        return Json.write(Map.of("logs", all)) + "\n";
    }
}
