package dev.allocator.lxd.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * Something that happened in LXD.
 *
 * @param action such as {@code instance-started}
 * @param instance the instance's name, or empty if it is not about one
 * @param metadata all that LXD said
 */
public record LxdEvent(String action, String instance, JsonNode metadata) {

    /** Listening has begun, or begun again; anything may have happened before. */
    public static final LxdEvent RECONNECTED = new LxdEvent("reconnected", "", MissingNode.getInstance());
}
