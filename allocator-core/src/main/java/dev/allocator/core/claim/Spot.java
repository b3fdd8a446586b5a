package dev.allocator.core.claim;

import dev.allocator.spi.Place;
import dev.allocator.spi.RecordKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A place, and what one machine would take of it.
 *
 * @param key its record
 * @param place its name
 * @param capacity what it has in all
 * @param claims what the machine would take
 */
public record Spot(RecordKey key, String place, Map<String, Long> capacity, Map<String, Long> claims) {

    /** What a limit has; no provider's place has that. */
    static final String MACHINES = "MACHINES_OF_PROFILE";

    /** What a network has; no provider's place has that. */
    static final String SEATS = "SEATS_OF_NETWORK";

    /** So that a network of 24 bits has addresses for all, and some for the host. */
    private static final long MOST_SEATS = 200;

    private static final int READABLE = 100;

    /** Where a provider instance can make a machine. */
    static Spot of(String instance, Place place, Map<String, Long> claims) {
        return new Spot(
                key(instance + "-" + place.name(), "place", instance, place.name()),
                place.name(),
                place.capacity(),
                claims);
    }

    /** One of so many machines of a profile. */
    static Spot limit(String profile, int most) {
        return new Spot(
                key("limit-" + profile, "limit", profile),
                "profile '" + profile + "'",
                Map.of(MACHINES, (long) most),
                Map.of(MACHINES, 1L));
    }

    /** One of the seats of a network that machines of a provider instance share. */
    static Spot seat(String instance, String network) {
        return new Spot(
                key("network-" + instance + "-" + network, "network", instance, network),
                network,
                Map.of(SEATS, MOST_SEATS),
                Map.of(SEATS, 1L));
    }

    /** Whether it is one of a network's seats. */
    boolean isSeat() {
        return claims.containsKey(SEATS);
    }

    /** Whether the machine would have room if nobody else were there. */
    boolean isLargeEnough() {
        return claims.entrySet().stream().allMatch(claim -> claim.getValue() <= capacity(claim.getKey()));
    }

    long capacity(String resource) {
        return capacity.getOrDefault(resource, 0L);
    }

    /** A name that people recognise, and that no other place has. */
    private static RecordKey key(String readable, String... identity) {
        String plain = readable.replaceAll("[^A-Za-z0-9._-]", "_");
        return new RecordKey(
                PlaceRecord.KIND,
                (plain.length() > READABLE ? plain.substring(0, READABLE) : plain) + ":" + hash(identity));
    }

    private static String hash(String... identity) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\0", identity).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
