package dev.allocator.core.config;

import dev.allocator.spi.Location;

/** Reading a file cannot go on; becomes a problem in {@link YamlReader}. */
final class UnreadableYamlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Location location;

    UnreadableYamlException(Location location, String what) {
        super(what);
        this.location = location;
    }

    Location location() {
        return location;
    }
}
