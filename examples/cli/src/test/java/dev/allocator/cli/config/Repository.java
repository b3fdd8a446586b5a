package dev.allocator.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The real configurations: all examples, and all that the documentation shows. */
final class Repository {

    /** A file, the name that it is read under, and where it comes from. */
    record Sample(String name, String text, String origin) {
        @Override
        public String toString() {
            return origin;
        }
    }

    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private static final Pattern SNIPPET = Pattern.compile("(?ms)^( *)```yaml\\n(.*?)^ *```$");
    private static final Pattern OURS = Pattern.compile("(?m)^(providers|profiles|setup|store|sources):");

    private Repository() {}

    /** Files of ours, whole. */
    static List<Sample> ours() throws IOException {
        List<Sample> samples = new ArrayList<>();
        samples.add(sample("examples/allocator.yaml"));
        for (String page : List.of(
                "README.md",
                "allocator-core/CONFIGURATION.md",
                "provider-qemu/README.md",
                "provider-lxd/README.md",
                "provider-script/README.md")) {
            Matcher matcher = SNIPPET.matcher(Files.readString(ROOT.resolve(page)));
            while (matcher.find()) {
                String text = matcher.group(2).replaceAll("(?m)^" + matcher.group(1), "");
                if (OURS.matcher(text).find() && !text.contains("backends:")) {
                    samples.add(new Sample("allocator.yaml", text, page + " at " + matcher.start()));
                }
            }
        }
        return samples;
    }

    /** Files of the spread test runner and of spread-adhoc-allocator. */
    static List<Sample> others() throws IOException {
        try (Stream<Path> files = Stream.concat(
                Files.walk(ROOT.resolve("examples")), Files.walk(ROOT.resolve("provider-lxd/src/test/resources")))) {
            List<Sample> samples = new ArrayList<>();
            for (Path file : files.filter(file -> file.endsWith("spread.yaml") || file.endsWith("spread-lxd.yaml"))
                    .sorted()
                    .toList()) {
                samples.add(sample(ROOT.relativize(file).toString()));
            }
            return samples;
        }
    }

    private static Sample sample(String path) throws IOException {
        Path file = ROOT.resolve(path);
        return new Sample(String.valueOf(file.getFileName()), Files.readString(file), path);
    }
}
