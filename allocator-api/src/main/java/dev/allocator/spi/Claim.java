package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The room that a machine has at a place, from before its creation until after it was destroyed.
 *
 * @param place the name of the place
 * @param slot a number that no other machine has there, the smallest that was free: 0 or more
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record Claim(String place, int slot) {}
