package dev.allocator.script.fixed;

import dev.allocator.Profile;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides which hosts a profile may have, and refuses what none of them has. */
final class Planner {

    /** How many hosts a refusal names. */
    private static final int NAMED = 3;

    private final ProviderContext context;
    private final Collection<Host> hosts;
    private final OutOfService outOfService;

    Planner(ProviderContext context, Collection<Host> hosts, OutOfService outOfService) {
        this.context = context;
        this.hosts = hosts;
        this.outOfService = outOfService;
    }

    MachinePlan plan(MachineSpec spec) throws ProviderException {
        refuseWhatHostsCannotChange(spec);
        Demand demand = Demand.of(spec);
        List<Fit> all = hosts.stream().map(host -> Fit.of(host, demand)).toList();
        List<Fit> matching =
                all.stream().filter(Fit::matches).sorted(Fit.TIGHTEST).toList();
        if (matching.isEmpty()) {
            throw new ProviderException(spec.location() + ": " + nothingMatches(spec, demand, all));
        }
        List<Fit> serving =
                matching.stream().filter(fit -> away(fit.host()).isEmpty()).toList();
        if (serving.isEmpty()) {
            throw new ProviderException(Kind.NO_CAPACITY, nobodyServes(spec, matching), null);
        }
        return new MachinePlan(
                spec,
                new MachineRef(context.instance(), spec.id(), Map.of()),
                demand.claims(),
                serving.stream().map(fit -> fit.host().place()).toList(),
                serving.size() == 1
                        ? "the host " + serving.get(0).host().quoted()
                        : "one of the " + serving.size() + " hosts " + names(serving));
    }

    /** Why a host gets no new users; empty if it does. */
    Optional<String> away(Host host) {
        return host.drain()
                .map(reason -> host.quoted() + " is being drained (" + reason + ")")
                .or(() -> outOfService
                        .reason(host)
                        .map(reason -> host.quoted() + " is out of service (" + reason + "); put it back with: "
                                + outOfService.remedy(host)));
    }

    private static void refuseWhatHostsCannotChange(MachineSpec spec) throws ProviderException {
        Profile profile = spec.profile();
        List<String> keys = new ArrayList<>();
        profile.image().ifPresent(value -> keys.add("image"));
        profile.arch().ifPresent(value -> keys.add("arch"));
        profile.disk().ifPresent(value -> keys.add("disk"));
        spec.network().ifPresent(value -> keys.add("network"));
        if (!keys.isEmpty()) {
            throw new ProviderException(spec.location() + ": hosts are as they are: profile '" + profile.name()
                    + "' cannot choose '" + String.join("', '", keys)
                    + "' for them; give the hosts labels that say it, and ask for these");
        }
    }

    private String nothingMatches(MachineSpec spec, Demand demand, List<Fit> all) {
        if (all.isEmpty()) {
            return "provider '" + context.instance() + "' has no hosts: name them under 'hosts'";
        }
        List<Fit> nearest = all.stream().sorted(Fit.NEAREST).toList();
        String named = nearest.stream().limit(NAMED).map(Fit::words).collect(Collectors.joining("; "));
        return "no host of provider '" + context.instance() + "' has what profile '"
                + spec.profile().name() + "' asks for (" + demand.words() + "): " + named
                + (all.size() > NAMED ? "; and " + (all.size() - NAMED) + " more that lack as much or more" : "");
    }

    private String nobodyServes(MachineSpec spec, List<Fit> matching) {
        return "no host that profile '" + spec.profile().name() + "' may have gets new users: "
                + matching.stream()
                        .map(fit -> away(fit.host()).orElse(fit.host().quoted() + " was just put back"))
                        .collect(Collectors.joining("; "));
    }

    private static String names(List<Fit> fits) {
        return fits.stream().limit(NAMED).map(fit -> fit.host().quoted()).collect(Collectors.joining(", "))
                + (fits.size() > NAMED ? ", …" : "");
    }
}
