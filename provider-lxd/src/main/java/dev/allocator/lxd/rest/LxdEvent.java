package dev.allocator.lxd.rest;

/**
 * Something that happened in LXD.
 *
 * @param action such as {@code instance-started}
 * @param instance the instance's name, or empty if it is not about one
 */
public record LxdEvent(String action, String instance) {

    /** Listening has begun, or begun again; anything may have happened before. */
    public static final LxdEvent RECONNECTED = new LxdEvent("reconnected", "");
}
