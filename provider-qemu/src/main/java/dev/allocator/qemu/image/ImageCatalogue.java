package dev.allocator.qemu.image;

import dev.allocator.qemu.image.RemoteImage.Source;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The images of {@code catalogue.txt}, by {@code debian:12}, {@code debian:bookworm}, and as others call their systems:
 * {@code debian-cloud-12} and {@code debian-cloud-12.x86_64} (image-garden), {@code debian-12} and {@code debian-12-64}
 * (spread).
 */
public final class ImageCatalogue {

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern COMMA = Pattern.compile(",");
    private static final Pattern ARCH = Pattern.compile("(.+)\\.(x86_64|aarch64)");

    private final List<Entry> entries;

    private record Entry(
            String distribution, String version, List<String> aliases, List<String> folders, String file, String sums) {

        static Entry parse(String line) {
            List<String> fields = SPACE.splitAsStream(line).toList();
            int colon = fields.get(0).indexOf(':');
            List<String> aliases = fields.get(1).equals("-")
                    ? List.of()
                    : COMMA.splitAsStream(fields.get(1)).toList();
            return new Entry(
                    fields.get(0).substring(0, colon),
                    fields.get(0).substring(colon + 1),
                    aliases,
                    COMMA.splitAsStream(fields.get(2)).toList(),
                    fields.get(3),
                    fields.get(4));
        }

        String name() {
            return distribution + ":" + version;
        }

        boolean isCalled(String name) {
            return name.equals(name())
                    || aliases.stream().anyMatch(alias -> name.equals(distribution + ":" + alias))
                    || name.equals(distribution + "-cloud-" + version)
                    || name.equals(distribution + "-" + version)
                    || name.equals(distribution + "-" + version + "-64");
        }

        RemoteImage image(String arch) {
            List<Source> sources = folders.stream()
                    .map(folder -> new Source(
                            URI.create(filled(folder + file, arch)),
                            Optional.of(URI.create(filled(folder + sums, arch)))))
                    .toList();
            return new RemoteImage(name(), arch, sources, Optional.empty());
        }

        private static String filled(String template, String arch) {
            return template.replace("{arch}", arch).replace("{deb}", arch.equals("x86_64") ? "amd64" : "arm64");
        }
    }

    /** Reads it. */
    public ImageCatalogue() {
        try (InputStream resource = Objects.requireNonNull(
                        ImageCatalogue.class.getResourceAsStream("catalogue.txt"), "catalogue.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            this.entries = lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Entry::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The architecture that a name ends with, as in {@code debian-cloud-12.aarch64}; only of names that are known. */
    public Optional<String> architecture(String name) {
        Matcher matcher = ARCH.matcher(name);
        return matcher.matches() && entry(matcher.group(1)).isPresent()
                ? Optional.of(matcher.group(2))
                : Optional.empty();
    }

    /**
     * The image of a name.
     *
     * @param arch the architecture of the guest, which the name may also end with
     */
    public Optional<RemoteImage> find(String name, String arch) {
        String suffix = "." + arch;
        String plain = name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
        return entry(plain).map(entry -> entry.image(arch));
    }

    /** All names, {@code debian:12} and so on. */
    public List<String> names() {
        return entries.stream().map(Entry::name).toList();
    }

    private Optional<Entry> entry(String name) {
        return entries.stream().filter(entry -> entry.isCalled(name)).findFirst();
    }

    /** Whether the text is the address of a file on the web. */
    public static boolean isUrl(String image) {
        return Arrays.asList("http://", "https://").stream().anyMatch(image::startsWith);
    }
}
