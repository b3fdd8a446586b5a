package dev.allocator.qemu.image;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * An image that can be downloaded.
 *
 * @param name what people call it
 * @param arch the architecture of its guests as {@code uname -m} names it
 * @param sources where it is; the first that has it is used
 * @param digest its fingerprint, or empty if the checksum file of its source says it
 */
public record RemoteImage(String name, String arch, List<Source> sources, Optional<Digest> digest) {

    /**
     * A place to download it from.
     *
     * @param file the image
     * @param checksums the distributor's checksum file; empty if the digest is known
     */
    public record Source(URI file, Optional<URI> checksums) {}

    /** Copies the sources. */
    public RemoteImage {
        sources = List.copyOf(sources);
    }

    /** An address for people: without its query, which may hold a token. */
    public static String shown(URI address) {
        return address.toString().replaceFirst("[?#].*$", "");
    }

    /** For people. */
    String title() {
        return name + " (" + arch + ")";
    }
}
