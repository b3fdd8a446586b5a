package dev.allocator.core.lease;

import dev.allocator.AllocatorException;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupReport.Entry;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.LeaseId;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.profile.ProviderInstance;
import dev.allocator.spi.Capability;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings records and machines together: leases that are over end, machines of this realm without a record are
 * destroyed, everything else is left alone.
 *
 * <p>Machines are listed first and records looked up afterwards: as a record is written before its machine is made, a
 * machine without one is certainly left over.
 */
public final class Cleanup {

    private final Store store;
    private final Leases leases;
    private final Providers providers;
    private final Discarder discarder;
    private final StateLayout layout;
    private final InstantSource clock;
    private final OwnerId self;
    private final Judge judge;
    private final List<Entry> report = new ArrayList<>();

    /** One clean-up. */
    public Cleanup(
            Store store,
            Leases leases,
            Providers providers,
            Discarder discarder,
            StateLayout layout,
            InstantSource clock,
            OwnerId self) {
        this.store = store;
        this.leases = leases;
        this.providers = providers;
        this.discarder = discarder;
        this.layout = layout;
        this.clock = clock;
        this.self = self;
        this.judge = new Judge(layout.state(), clock, self);
    }

    private record Found(Provider provider, FoundMachine machine) {}

    /** Does it, or only says what it would do. */
    public CleanupReport run(CleanupRequest request) {
        boolean dryRun = request.isDryRun();
        List<Found> found = request.isLeasesOnly() ? List.of() : listMachines();
        List<LeaseId> secrets = LeaseSecrets.all(store);
        List<Found> withoutRecord = found.stream() // before this run deletes any
                .filter(one ->
                        !isOwn(one) || !leases.hasMachine(one.machine().ref().machine()))
                .toList();
        for (LeaseRecord lease : leases.all()) {
            judge.whyOverNow(lease).ifPresent(end -> endLease(lease, end, dryRun));
        }
        finish(withoutRecord, secrets, dryRun);
        return new CleanupReport(dryRun, report);
    }

    /** As {@link CleanupRequest#everything()} for whatever has no record, without a look at leases. */
    public CleanupReport removeLeftovers() {
        List<LeaseId> secrets = LeaseSecrets.all(store);
        List<Found> withoutRecord = listMachines().stream()
                .filter(one ->
                        isOwn(one) && !leases.hasMachine(one.machine().ref().machine()))
                .toList();
        finish(withoutRecord, secrets, false);
        return new CleanupReport(false, report);
    }

    private void finish(List<Found> withoutRecord, List<LeaseId> secrets, boolean dryRun) {
        withoutRecord.forEach(machine -> judge(machine, dryRun));
        if (!dryRun) {
            secrets.stream().filter(lease -> !leases.exists(lease)).forEach(lease -> LeaseSecrets.delete(store, lease));
            Evidence.sweep(layout, clock.instant());
            Owner.sweep(layout.state(), tokensInUse(), self);
        }
    }

    private List<Found> listMachines() {
        List<Found> found = new ArrayList<>();
        List<ProviderInstance> recorded =
                leases.machines().stream().map(MachineRecord::instance).toList();
        for (ProviderInstance instance : providers.instances(recorded)) {
            try {
                Provider provider = providers.get(instance);
                if (provider.capabilities().contains(Capability.LIST)) {
                    provider.list().forEach(machine -> found.add(new Found(provider, machine)));
                }
            } catch (ProviderException | RuntimeException | LinkageError e) {
                report.add(new Entry(
                        "machines of provider " + instance.name(),
                        Outcome.LEFT,
                        "they cannot be listed: " + (e instanceof ProviderException ? e.getMessage() : e)));
            }
        }
        return found;
    }

    private void endLease(LeaseRecord lease, Judge.End end, boolean dryRun) {
        String subject = "lease " + lease.id() + " (" + lease.profile() + ")";
        try {
            if (!dryRun) {
                discarder.discard(lease.id(), end.reason(), null);
            }
            report.add(new Entry(subject, Outcome.DESTROYED, end.why()));
        } catch (AllocatorException e) {
            report.add(new Entry(subject, Outcome.FAILED, String.valueOf(e.getMessage())));
        }
    }

    private boolean isOwn(Found found) {
        return found.machine().realm().equals(store.realm());
    }

    /** Destroys a machine that has no record, if it is of this realm. */
    private void judge(Found found, boolean dryRun) {
        FoundMachine machine = found.machine();
        String subject = "machine " + machine.ref().machine() + " (" + machine.description() + ")";
        if (!isOwn(found)) {
            report.add(
                    new Entry(subject, Outcome.LEFT, "it belongs to realm " + machine.realm() + ", not to this one"));
        } else {
            try {
                if (!dryRun) {
                    discarder.destroy(machine.ref(), found.provider());
                }
                report.add(new Entry(subject, Outcome.DESTROYED, "it has no record"));
            } catch (ProviderException | RuntimeException | LinkageError e) {
                report.add(new Entry(
                        subject,
                        Outcome.FAILED,
                        e instanceof ProviderException ? String.valueOf(e.getMessage()) : e.toString()));
            }
        }
    }

    private Set<String> tokensInUse() {
        return leases.all().stream()
                .map(LeaseRecord::owner)
                .flatMap(Optional::stream)
                .map(OwnerId::token)
                .collect(Collectors.toSet());
    }
}
