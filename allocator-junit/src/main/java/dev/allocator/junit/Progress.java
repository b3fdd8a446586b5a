package dev.allocator.junit;

import dev.allocator.Allocator;
import dev.allocator.Durations;
import dev.allocator.LeaseInfo;
import dev.allocator.Phase;
import dev.allocator.event.LeaseEnded;
import dev.allocator.event.LeaseEvent;
import dev.allocator.event.LeaseReady;
import dev.allocator.event.PhaseStarted;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tells what tests wait for. Its handlers are called on one thread. */
final class Progress {

    /** For what one machine says of itself, such as how much of an image is there. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final Allocator allocator;
    private final Map<String, Instant> told = new HashMap<>();

    private Progress(Allocator allocator) {
        this.allocator = allocator;
    }

    /** From now on until it is closed. */
    static void follow(Allocator allocator) {
        Progress progress = new Progress(allocator);
        allocator.on(PhaseStarted.class, progress::started);
        allocator.on(dev.allocator.event.Progress.class, progress::progressed);
        allocator.on(LeaseReady.class, ready -> {
            progress.tell(ready, "ready after " + seconds(ready.took()));
            progress.told.remove(ready.leaseId().value());
        });
        allocator.on(
                LeaseEnded.class, ended -> progress.told.remove(ended.leaseId().value()));
    }

    private void started(PhaseStarted event) {
        if (event.phase() == Phase.CREATE) {
            tell(event, "is being created");
        } else if (event.phase() == Phase.REACH) {
            tell(event, "boots, waiting for its log-in");
        } else if (event.phase() == Phase.SETUP) {
            tell(event, "is being set up");
        }
    }

    private void progressed(dev.allocator.event.Progress event) {
        String lease = event.leaseId().value();
        Instant last = told.get(lease);
        boolean waits = event.phase().compareTo(Phase.RECORD) >= 0; // what was planned is no news
        if (waits && (last == null || Duration.between(last, event.at()).compareTo(PAUSE) >= 0)) {
            told.put(lease, event.at());
            tell(event, event.phase() + ": " + event.message());
        }
    }

    private void tell(LeaseEvent event, String what) {
        Optional<LeaseInfo> info = allocator.leases().stream()
                .filter(lease -> lease.id().equals(event.leaseId()))
                .findFirst();
        String who = info.map(lease -> lease.labels().get("test") + ": '"
                        + lease.labels().get("machine") + "' (" + event.profile() + ") ")
                .orElse("a machine of " + event.profile() + " ");
        String since = info.map(lease -> since(lease.created(), event.at())).orElse("");
        Console.progress(who + what + (event instanceof LeaseReady ? "" : since));
    }

    private static String since(Instant start, Instant now) {
        return " (since " + TIME.format(start) + ", " + seconds(Duration.between(start, now)) + ")";
    }

    private static String seconds(Duration duration) {
        return duration.compareTo(Duration.ofSeconds(10)) < 0
                ? String.format(Locale.ROOT, "%.1f s", Math.max(0, duration.toMillis()) / 1000.0)
                : Durations.format(duration.truncatedTo(ChronoUnit.SECONDS));
    }
}
