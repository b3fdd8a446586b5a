package dev.allocator.spi;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Somewhere that machines can be, and that has room for some of them only. The engine counts the machines of each
 * provider instance by the place's name, together for all allocators of one store: two instances that name a place
 * alike have room each.
 *
 * @param name its name, unique among the places of its provider instance; 1 to 100 characters
 * @param capacity what it has in all, by resource class as in {@link MachinePlan#claims()}; 0 of what is missing here
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record Place(String name, Map<String, Long> capacity) {

    /**
     * Copies the capacity.
     *
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public Place {
        if (name.isEmpty() || name.length() > 100) {
            throw new IllegalArgumentException("not a place: '" + name + "' (expected 1 to 100 characters)");
        }
        capacity = Collections.unmodifiableMap(new TreeMap<>(capacity));
    }
}
