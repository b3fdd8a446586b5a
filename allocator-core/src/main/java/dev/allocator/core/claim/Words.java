package dev.allocator.core.claim;

import java.util.List;
import java.util.TreeSet;

/** What people read about room. */
final class Words {

    private static final int MOST = 5;

    private Words() {}

    /** The first few. */
    static String list(List<String> parts, String separator) {
        return parts.size() <= MOST
                ? String.join(separator, parts)
                : String.join(separator, parts.subList(0, MOST)) + separator + "and " + (parts.size() - MOST) + " more";
    }

    /** What a place has of that which is asked for. */
    static String capacity(Spot spot) {
        return String.join(
                ", ",
                new TreeSet<>(spot.claims().keySet())
                        .stream()
                                .map(resource -> resource + " " + spot.capacity(resource))
                                .toList());
    }

    /** Where there is no room. */
    static String where(Need need) {
        return "at " + list(need.places().stream().map(Spot::place).toList(), ", ");
    }

    /** What has no room, wherever the machine is going to be. */
    static String within(Spot spot) {
        return spot.isSeat()
                ? "in network '" + spot.place() + "', which has " + spot.capacity(Spot.SEATS) + " seats,"
                : "within the limit of " + spot.capacity(Spot.MACHINES) + " of " + spot.place();
    }

    /** Who has the room of a place. */
    static String occupants(PlaceRecord record) {
        return record.holdings().isEmpty()
                ? "promised to those who came before"
                : "taken by "
                        + list(record.holdings().stream().map(Holding::toString).toList(), ", ");
    }
}
