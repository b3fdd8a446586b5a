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

/**
 * The room that a machine needs.
 *
 * @param machine the machine
 * @param lease the lease it is made for
 * @param profile what it is
 * @param places where it can be, the best first; empty: anywhere
 * @param limit how many machines of its profile there may be, if that is limited
 */
public record Need(MachineId machine, LeaseId lease, String profile, List<Spot> places, Optional<Spot> limit) {

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
                        : Optional.empty());
    }

    /** Whether there is always room. */
    boolean isNothing() {
        return places.isEmpty() && limit.isEmpty();
    }

    Set<RecordKey> keys() {
        Set<RecordKey> keys = places.stream().map(Spot::key).collect(Collectors.toCollection(HashSet::new));
        limit.map(Spot::key).ifPresent(keys::add);
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
