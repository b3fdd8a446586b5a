package dev.allocator.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Examples in the pages of this module. */
public final class Documentation {

    private Documentation() {}

    /** The fenced blocks of a language below a heading and above the next one of the same depth or less, in order. */
    public static List<String> examples(String page, String heading, String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        boolean inside = false;
        boolean found = false;
        for (String line : Files.readAllLines(Path.of(page))) {
            if (block != null) {
                if (line.equals("```")) {
                    blocks.add(block.toString());
                    block = null;
                } else {
                    block.append(line).append('\n');
                }
            } else if (line.startsWith("#") && !inside) {
                found = line.equals(heading) || (found && depth(line) > depth(heading));
            } else if (found && line.equals("```" + language)) {
                block = new StringBuilder();
            } else if (line.startsWith("```")) {
                inside = !inside;
            }
        }
        if (blocks.isEmpty()) {
            throw new AssertionError(page + " has no " + language + " below '" + heading + "'");
        }
        return blocks;
    }

    private static int depth(String heading) {
        return heading.indexOf(' ');
    }
}
