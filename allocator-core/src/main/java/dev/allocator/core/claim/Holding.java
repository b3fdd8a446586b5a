package dev.allocator.core.claim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.spi.RecordKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The room that a machine has at a place. The place's record has it and the machine's: it can be given back without the
 * configuration, and a place's record that is damaged can be put together again.
 *
 * @param key the place's record
 * @param place the place's name
 * @param slot which of the numbers there is this machine's
 * @param machine the machine
 * @param lease the lease it is made for
 * @param profile what it is
 * @param claims what it takes
 * @param name what the machine is called there; only in a network
 */
public record Holding(
        RecordKey key,
        String place,
        int slot,
        MachineId machine,
        LeaseId lease,
        String profile,
        Map<String, Long> claims,
        Optional<String> name) {

    private static final String FIELD = "holdings";

    /** Writes all that a record has. */
    public static void write(List<Holding> holdings, ObjectNode record) {
        var all = record.putArray(FIELD);
        for (Holding holding : holdings) {
            ObjectNode one = all.addObject();
            one.put("record", holding.key.name());
            one.put("place", holding.place);
            one.put("slot", holding.slot);
            one.put("machine", holding.machine.value());
            one.put("lease", holding.lease.value());
            one.put("profile", holding.profile);
            ObjectNode taken = one.putObject("claims");
            new TreeMap<>(holding.claims).forEach(taken::put);
            holding.name.ifPresent(name -> one.put("name", name));
        }
    }

    /**
     * Reads all that a record has.
     *
     * @throws RuntimeException if they are damaged
     */
    public static List<Holding> read(JsonNode record) {
        List<Holding> holdings = new ArrayList<>();
        for (JsonNode one : record.path(FIELD)) {
            Map<String, Long> claims = new TreeMap<>();
            one.required("claims").properties().forEach(claim -> claims.put(claim.getKey(), number(claim.getValue())));
            holdings.add(new Holding(
                    new RecordKey(PlaceRecord.KIND, one.required("record").asText()),
                    one.required("place").asText(),
                    Math.toIntExact(number(one.required("slot"))),
                    new MachineId(one.required("machine").asText()),
                    new LeaseId(one.required("lease").asText()),
                    one.required("profile").asText(),
                    claims,
                    Optional.ofNullable(one.path("name").textValue())));
        }
        return holdings;
    }

    private static long number(JsonNode node) {
        if (!node.isIntegralNumber()) {
            throw new IllegalArgumentException("not a number: " + node);
        }
        return node.longValue();
    }

    /** Whether it is at one of a provider's places, neither within a profile's limit nor in a network. */
    public boolean isOfProvider() {
        return !claims.containsKey(Spot.MACHINES) && !isSeat();
    }

    /** Whether it is in a network, which the place is then. */
    public boolean isSeat() {
        return claims.containsKey(Spot.SEATS);
    }

    /** As in {@code lease 123… (gpu)}. */
    @Override
    public String toString() {
        return "lease " + lease + " (" + profile + ")";
    }
}
