package dev.allocator.core.readiness;

import dev.allocator.Durations;
import dev.allocator.HostAndPort;
import dev.allocator.core.ssh.BannerSocket;
import dev.allocator.spi.Deadline;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One machine that is probed. Used by the prober's thread only, but for its future. */
final class Probe {

    /** So many answers that are no SSH server's, and it is none. */
    private static final int OTHERS = 5;

    private final HostAndPort address;
    private final Deadline deadline;
    private final CompletableFuture<BannerSocket> future;
    private final List<Attempt> attempts = new ArrayList<>();
    private List<InetAddress> addresses = List.of();
    private boolean resolving;
    private long due;
    private long lastTried;
    private int tried;
    private int others;
    private String last = "none was answered";

    Probe(HostAndPort address, Deadline deadline, CompletableFuture<BannerSocket> future, long now) {
        this.address = address;
        this.deadline = deadline;
        this.future = future;
        this.due = now;
        this.lastTried = now;
    }

    HostAndPort address() {
        return address;
    }

    CompletableFuture<BannerSocket> future() {
        return future;
    }

    /** Its open connections, the oldest first. */
    List<Attempt> attempts() {
        return Collections.unmodifiableList(attempts);
    }

    boolean isDue(long now) {
        return now - due >= 0;
    }

    long due() {
        return due;
    }

    void waitUntil(long time) {
        due = time;
    }

    Duration pace(Pace pace, long now) {
        long silence = attempts.stream()
                .filter(Attempt::isConnected)
                .mapToLong(attempt -> now - attempt.opened())
                .max()
                .orElse(0);
        return pace.between(Duration.ofNanos(silence));
    }

    boolean needsAddresses() {
        return addresses.isEmpty();
    }

    /** Says once that somebody has to resolve the host. */
    boolean startResolving() {
        boolean first = !resolving;
        resolving = true;
        return first;
    }

    void resolved(List<InetAddress> found) {
        resolving = false;
        addresses = found;
    }

    void unresolved(String why) {
        resolving = false;
        last = why;
    }

    /** The next address to try: a host may have several. */
    InetSocketAddress nextAddress() {
        return new InetSocketAddress(addresses.get(tried % addresses.size()), address.port());
    }

    void tried(long now) {
        tried++;
        lastTried = now;
    }

    /** When the last connection was opened, or the wait began, in nanoseconds. */
    long lastTried() {
        return lastTried;
    }

    void add(Attempt attempt) {
        attempts.add(attempt);
    }

    void remove(Attempt attempt) {
        attempts.remove(attempt);
    }

    void note(String what) {
        last = what;
    }

    /** Takes note of an answer that no SSH server gives; fails if it is not the first one of its kind. */
    void notSsh(Banner banner) {
        others++;
        last = "it said " + banner.quoted();
        if (others >= OTHERS) {
            fail(new ReadinessFailure(
                    ReadinessFailure.Reason.REFUSED,
                    "what listens at " + address + " is no SSH server: it says " + banner.quoted(),
                    null));
        }
    }

    /** Fails if its time is over. */
    void checkDeadline() {
        if (deadline.expired()) {
            String silent = attempts.stream().anyMatch(Attempt::isConnected) ? "connected, but nothing was said" : last;
            fail(new ReadinessFailure(
                    ReadinessFailure.Reason.TIMEOUT,
                    "no SSH banner from " + address + " within " + Durations.format(deadline.total()) + "; " + tried
                            + " connections tried, last: " + silent,
                    null));
        }
    }

    Duration remaining() {
        return deadline.remaining();
    }

    void fail(Exception e) {
        future.completeExceptionally(e);
    }

    void closeAll() {
        attempts.forEach(Attempt::close);
        attempts.clear();
    }
}
