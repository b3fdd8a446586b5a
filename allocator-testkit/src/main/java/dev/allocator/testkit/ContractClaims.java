package dev.allocator.testkit;

import dev.allocator.MachineId;
import dev.allocator.spi.Claim;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Gives machines room at the places of their plans, as the engine does. */
final class ContractClaims {

    private record Taken(Claim claim, Map<String, Long> amounts) {}

    private final Map<MachineId, Taken> all = new HashMap<>();

    /** The room of a machine, which keeps it until it is {@linkplain #release given back}. */
    synchronized Optional<Claim> of(MachinePlan plan) {
        MachineId machine = plan.ref().machine();
        if (plan.places().isEmpty()) {
            return Optional.empty();
        }
        if (!all.containsKey(machine)) {
            Place place = plan.places().stream()
                    .filter(candidate -> hasRoom(candidate, plan.claims()))
                    .findFirst()
                    .orElseThrow(() -> ProviderStage.notChecked("profile '"
                            + plan.spec().profile().name()
                            + "' needs places with room for some machines at once, and has " + plan.places()));
            all.put(machine, new Taken(new Claim(place.name(), freeSlot(place)), plan.claims()));
        }
        return Optional.of(all.get(machine).claim());
    }

    synchronized void release(MachineId machine) {
        all.remove(machine);
    }

    private boolean hasRoom(Place place, Map<String, Long> claims) {
        return claims.entrySet().stream()
                .allMatch(claim -> claim.getValue() + taken(place, claim.getKey())
                        <= place.capacity().getOrDefault(claim.getKey(), 0L));
    }

    private long taken(Place place, String resource) {
        return all.values().stream()
                .filter(taken -> taken.claim().place().equals(place.name()))
                .mapToLong(taken -> taken.amounts().getOrDefault(resource, 0L))
                .sum();
    }

    private int freeSlot(Place place) {
        Set<Integer> slots = all.values().stream()
                .map(Taken::claim)
                .filter(claim -> claim.place().equals(place.name()))
                .map(Claim::slot)
                .collect(Collectors.toSet());
        int slot = 0;
        while (slots.contains(slot)) {
            slot++;
        }
        return slot;
    }
}
