package dev.allocator.script.fixed;

import dev.allocator.DataSize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A host beside what is asked of it, as if nobody used it.
 *
 * @param host the host
 * @param demand what is asked
 * @param lacks why it does not do, one reason each; empty if it does
 */
record Fit(Host host, Demand demand, List<String> lacks) {

    /**
     * The best first: who has least left over. A GPU that is not asked for weighs most, as it is the rarest, then
     * memory, processors, and labels nobody asked for; the name decides where all are the same.
     */
    static final Comparator<Fit> TIGHTEST = Comparator.comparingInt(Fit::spareGpus)
            .thenComparingLong(Fit::spareMemory)
            .thenComparingLong(Fit::spareCpus)
            .thenComparingInt(Fit::spareLabels)
            .thenComparing(fit -> fit.host().name());

    /** Who lacks least first. */
    static final Comparator<Fit> NEAREST = Comparator.<Fit>comparingInt(
                    fit -> fit.lacks().size())
            .thenComparing(fit -> fit.host().name());

    static Fit of(Host host, Demand demand) {
        List<String> lacks = new ArrayList<>();
        host.flaw().ifPresent(lacks::add);
        demand.labels().forEach((key, value) -> {
            String has = host.labels().get(key);
            if (has == null) {
                lacks.add("has no label '" + key + "'");
            } else if (!has.equals(value)) {
                lacks.add("has label " + Demand.label(key, has));
            }
        });
        demand.cpus().ifPresent(asked -> {
            if (host.cpus().isEmpty()) {
                lacks.add("does not say how many CPUs it has");
            } else if (host.cpus().getAsLong() < asked) {
                lacks.add("has " + host.cpus().getAsLong() + " CPUs");
            }
        });
        demand.memoryMebibytes().ifPresent(asked -> {
            if (host.memoryMebibytes().isEmpty()) {
                lacks.add("does not say how much memory it has");
            } else if (host.memoryMebibytes().getAsLong() < asked) {
                lacks.add("has " + DataSize.ofMebibytes(host.memoryMebibytes().getAsLong()) + " of memory");
            }
        });
        lackOfGpus(host, demand, lacks);
        if (demand.login() && host.login().isEmpty() && host.flaw().isEmpty()) {
            lacks.add("has neither password nor key, and the profile no login");
        }
        return new Fit(host, demand, List.copyOf(lacks));
    }

    private static void lackOfGpus(Host host, Demand demand, List<String> lacks) {
        Map<String, Long> has = Gpus.count(host.gpus());
        boolean lacking = Gpus.count(demand.gpus()).entrySet().stream()
                .anyMatch(asked -> has.getOrDefault(asked.getKey(), 0L) < asked.getValue());
        if (lacking) {
            lacks.add(
                    host.gpus().isEmpty()
                            ? "has no GPU"
                            : "has only the GPU" + (host.gpus().size() == 1 ? " '" : "s '")
                                    + String.join("', '", host.gpus()) + "'");
        }
    }

    /** Whether the host does. */
    boolean matches() {
        return lacks.isEmpty();
    }

    /** The host and why it does not do. */
    String words() {
        return host.quoted() + " " + String.join(" and ", lacks);
    }

    private int spareGpus() {
        return host.gpus().size() - demand.gpus().size();
    }

    private long spareMemory() {
        return host.memoryMebibytes().orElse(0) - demand.memoryMebibytes().orElse(0);
    }

    private long spareCpus() {
        return host.cpus().orElse(0) - demand.cpus().orElse(0);
    }

    private int spareLabels() {
        return host.labels().size() - demand.labels().size();
    }
}
