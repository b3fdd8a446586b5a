package dev.allocator.script.fixed;

import dev.allocator.HostAndPort;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Diagnosis.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says which hosts cannot be had, and why. */
final class Doctor {

    private final Collection<Host> hosts;
    private final OutOfService outOfService;

    Doctor(Collection<Host> hosts, OutOfService outOfService) {
        this.hosts = hosts;
        this.outOfService = outOfService;
    }

    List<Diagnosis> diagnose() {
        List<Diagnosis> found = new ArrayList<>();
        if (hosts.isEmpty()) {
            // No error: so is an instance that nobody configured, which every type of provider has.
            return List.of(new Diagnosis(Severity.INFO, "there are no hosts: name them under 'hosts'"));
        }
        Map<String, String> unreachable = unreachable();
        Map<HostAndPort, Host> byAddress = new HashMap<>();
        int usable = 0;
        for (Host host : hosts) {
            int before = found.size();
            host.flaw().ifPresent(flaw -> warn(found, host.quoted() + " " + flaw));
            host.drain()
                    .ifPresent(reason ->
                            warn(found, host.quoted() + " gets no new users: it is being drained (" + reason + ")"));
            outOfService
                    .reason(host)
                    .ifPresent(reason -> warn(
                            found,
                            host.quoted() + " gets no new users: it is out of service (" + reason
                                    + "); put it back with: " + outOfService.remedy(host)));
            String problem = unreachable.get(host.name());
            if (problem != null) {
                warn(found, host.quoted() + " does not answer at " + host.address() + ": " + problem);
            }
            usable += found.size() == before ? 1 : 0;
            Host other = byAddress.putIfAbsent(host.address(), host);
            if (other != null) {
                warn(
                        found,
                        host.quoted() + " and " + other.quoted() + " are both at " + host.address()
                                + ", so that it has users of both at once: name each host once, with 'slots'");
            }
        }
        if (usable == 0) {
            found.add(new Diagnosis(Severity.ERROR, "none of the " + hosts.size() + " hosts can be had"));
        }
        return found;
    }

    private Map<String, String> unreachable() {
        try {
            return Reachability.problems(hosts);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    private static void warn(List<Diagnosis> found, String message) {
        found.add(new Diagnosis(Severity.WARNING, message));
    }
}
