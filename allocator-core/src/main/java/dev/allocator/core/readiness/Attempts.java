package dev.allocator.core.readiness;

import java.util.List;

/** Which of a machine's connections has to make room for a new one. */
final class Attempts {

    /** After that a connection is not worth waiting for: QEMU's user network gives up after three tries, at 42 s. */
    private static final long OLDEST = 45_000_000_000L;

    private Attempts() {}

    /**
     * Picks the connection to close. Closing the oldest each time would leave none that is old enough for a machine
     * that needs a second or more from accept to banner, as a busy one does: so those that stay have ages like 0.1,
     * 0.2, 0.4, 0.8 s, and so on. The one goes that leaves the smallest gap in that row.
     *
     * @param opened when they were opened, in nanoseconds, the oldest first; not empty
     * @return its index
     */
    static int toClose(List<Long> opened, long now) {
        if (opened.size() < 3 || now - opened.get(0) > OLDEST) {
            return 0;
        }
        int best = 1;
        double smallest = Double.MAX_VALUE;
        for (int i = 1; i < opened.size(); i++) {
            double older = now - opened.get(i - 1);
            double newer = i + 1 < opened.size() ? now - opened.get(i + 1) : 0;
            double gap = older / Math.max(1e6, newer);
            if (gap < smallest) {
                smallest = gap;
                best = i;
            }
        }
        return best;
    }
}
