package dev.allocator.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine.Command;

/** Prints what editors want to know of {@code allocator.yaml}. */
@Command(
        name = "schema",
        description = {
            "Print the JSON Schema of allocator.yaml.",
            "An editor with the YAML language server completes and checks with it if the file's first line is:",
            "  # yaml-language-server: $schema=allocator.schema.json"
        },
        footerHeading = "%nExample:%n",
        footer = "  allocator schema > allocator.schema.json")
final class SchemaCommand implements Runnable {

    private final RootCommand root;

    SchemaCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        try (InputStream schema =
                Objects.requireNonNull(SchemaCommand.class.getResourceAsStream("allocator.schema.json"))) {
            root.surroundings().out().print(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the schema from the program's own jar", e);
        }
    }
}
