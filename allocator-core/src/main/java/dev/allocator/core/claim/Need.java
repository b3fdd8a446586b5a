package dev.allocator.core.claim;

import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.RecordKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The room that a machine needs.
 *
 * @param machine the machine
 * @param lease the lease it is made for
 * @param profile what it is
 * @param places where it can be, the best first; empty: anywhere
 * @param limit how many machines of its profile there may be, if that is limited
 * @param seat what it needs in a network, if it is to join one
 * @param hostName what it is called there
 */
public record Need(
        MachineId machine,
        LeaseId lease,
        String profile,
        List<Spot> places,
        Optional<Spot> limit,
        Optional<Spot> seat,
        String hostName) {

    /** What a plan needs. */
    public static Need of(MachinePlan plan, LeaseId lease) {
        var profile = plan.spec().profile();
        return new Need(
                plan.ref().machine(),
                lease,
                profile.name(),
                plan.places().stream()
                        .map(place -> Spot.of(plan.ref().provider(), place, plan.claims()))
                        .toList(),
                profile.limit().isPresent()
                        ? Optional.of(Spot.limit(profile.name(), profile.limit().getAsInt()))
                        : Optional.empty(),
                plan.spec().network().map(network -> Spot.seat(plan.ref().provider(), network)),
                plan.spec().hostName());
    }

    /** What it needs wherever it is going to be. */
    List<Spot> anywhere() {
        return Stream.concat(seat.stream(), limit.stream()).toList();
    }

    /** Whether there is always room. */
    boolean isNothing() {
        return places.isEmpty() && limit.isEmpty() && seat.isEmpty();
    }

    Set<RecordKey> keys() {
        Set<RecordKey> keys = places.stream().map(Spot::key).collect(Collectors.toCollection(HashSet::new));
        anywhere().forEach(spot -> keys.add(spot.key()));
        return keys;
    }

    void requirePossible() throws NoRoomException {
        if (!places.isEmpty() && places.stream().noneMatch(Spot::isLargeEnough)) {
            throw new NoRoomException(
                    "no place is large enough for "
                            + PlaceRecord.amounts(places.get(0).claims()) + ": "
                            + Words.list(
                                    places.stream()
                                            .map(spot -> spot.place() + " has " + Words.capacity(spot))
                                            .toList(),
                                    "; "),
                    false);
        }
    }
}
