package dev.allocator.testkit.reaper;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Allocates some cheap machines, prints one line with their process ids, and obeys: each line of its input is a word,
 * and answered by a line. At the end of its input it just ends, without closing anything.
 *
 * <p>Arguments: the state directory, the number of machines, and a folder of plugins if their provider, {@code acme}, is
 * one.
 */
public final class OwnerProgram {

    private OwnerProgram() {}

    public static void main(String[] arguments) throws IOException {
        boolean plugin = arguments.length > 2;
        AllocatorOptions.Builder options = AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(Path.of(arguments[0]))
                .profile(Profile.named("demo", plugin ? "acme" : "process")
                        .readiness(Readiness.none())
                        .build());
        if (plugin) {
            options.pluginFolder(Path.of(arguments[2]));
        }
        Allocator allocator = Allocator.open(options.build());
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            leases.add(allocator.allocate("demo"));
        }
        say("machines "
                + String.join(
                        " ",
                        leases.stream()
                                .map(lease -> lease.attributes().get("pid"))
                                .toList()));
        StringBuilder word = new StringBuilder();
        for (int next = System.in.read(); next >= 0; next = System.in.read()) {
            if (next != '\n') {
                word.append((char) next);
                continue;
            }
            say(obey(word.toString(), allocator, leases));
            word.setLength(0);
        }
    }

    private static String obey(String word, Allocator allocator, List<Lease> leases) {
        switch (word) {
            case "close" -> allocator.close();
            case "health" -> {
                return allocator.health().toString();
            }
            case "detach" ->
                leases.forEach(lease -> {
                    lease.renew(Duration.ofSeconds(3));
                    lease.detach();
                });
            default -> throw new IllegalArgumentException(word);
        }
        return word + " done";
    }

    private static void say(String line) throws IOException {
        // Not closed, as that would close the descriptor.
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
