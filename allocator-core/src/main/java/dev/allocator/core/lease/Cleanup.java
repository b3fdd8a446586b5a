package dev.allocator.core.lease;

import dev.allocator.AllocatorException;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupReport.Entry;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.CleanupRequest;
import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.core.claim.PlaceRepair;
import dev.allocator.core.lease.Owners.Life;
import dev.allocator.core.lease.Survey.Folder;
import dev.allocator.core.lease.Survey.Found;
import dev.allocator.core.machine.Evidence;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.profile.PluginMismatch;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;
import java.io.IOException;
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
 * machine without one is certainly left over. In a copy of a store it need not be, so that there somebody has to
 * confirm it.
 */
public final class Cleanup {

    private final Store store;
    private final Leases leases;
    private final Providers providers;
    private final Discarder discarder;
    private final StateLayout layout;
    private final InstantSource clock;
    private final Owners owners;
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
        this.owners = new Owners(layout.state(), clock, self);
        this.judge = new Judge(layout.state(), clock, self);
    }

    /**
     * Does it, or only says what it would do.
     *
     * @throws AllocatorException if machines of a realm are to be destroyed that no dry run has shown
     */
    public CleanupReport run(CleanupRequest request) {
        Optional<RealmId> realm = request.realm();
        if (realm.isPresent()) {
            destroyMachinesOf(realm.get(), request.isDryRun());
        } else {
            destroyWhatIsOver(request);
        }
        return new CleanupReport(request.isDryRun(), report);
    }

    /** Destroys and removes what has no record, without a look at leases. */
    public void removeLeftovers() {
        remove(leftovers(Optional.of(survey())), false);
    }

    private void destroyWhatIsOver(CleanupRequest request) {
        Leftovers left = leftovers(request.isLeasesOnly() ? Optional.empty() : Optional.of(survey()));
        leases.unreadable().forEach((key, why) -> report.add(new Entry("record " + key, Outcome.LEFT, why)));
        leases.all()
                .forEach(
                        lease -> endIfOver(request.isDryRun() ? lease : judge.note(leases, lease), request.isDryRun()));
        remove(left, request.isDryRun());
        repairPlaces(request.isDryRun());
    }

    private void repairPlaces(boolean dryRun) {
        new PlaceRepair(store, leases::hasMachine)
                .run(leases.holdings(), dryRun)
                .forEach(finding -> report.add(new Entry(
                        finding.subject(), finding.removed() ? Outcome.DESTROYED : Outcome.LEFT, finding.why())));
    }

    private Survey survey() {
        return Survey.take(store, leases, providers, layout);
    }

    /** What has no record; to be asked for before this run deletes any. */
    private record Leftovers(
            Optional<Survey> survey,
            List<Found> machines,
            List<Folder> folders,
            List<LeaseId> secrets,
            List<MachineId> machineSecrets) {}

    private Leftovers leftovers(Optional<Survey> survey) {
        List<LeaseId> secrets = LeaseSecrets.all(store);
        List<MachineId> machineSecrets = MachineSecrets.all(store);
        survey.ifPresent(seen -> report.addAll(seen.problems()));
        return new Leftovers(
                survey,
                survey.map(Survey::machines).orElse(List.of()).stream()
                        .filter(found -> !isOwn(found) || !leases.hasMachine(found.id()))
                        .toList(),
                survey.map(Survey::folders).orElse(List.of()).stream()
                        .filter(folder -> !leases.hasMachine(folder.machine()))
                        .toList(),
                secrets,
                machineSecrets);
    }

    private void remove(Leftovers left, boolean dryRun) {
        left.machines().forEach(found -> destroyIfOwn(found, dryRun));
        left.survey().ifPresent(seen -> left.folders().forEach(folder -> remove(folder, seen, dryRun)));
        if (!dryRun) {
            left.secrets().stream()
                    .filter(lease -> !leases.exists(lease))
                    .forEach(lease -> LeaseSecrets.delete(store, lease));
            left.machineSecrets().stream().filter(this::isLeftOver).forEach(id -> MachineSecrets.delete(store, id));
            Evidence.sweep(layout, clock.instant());
            owners.sweep(tokensInUse());
        }
    }

    private void endIfOver(LeaseRecord lease, boolean dryRun) {
        String subject = "lease " + lease.id() + " (" + lease.profile() + ")";
        Optional<Judge.End> end = judge.whyOverNow(dryRun ? lease : judge.note(leases, lease));
        if (end.isEmpty()) {
            judge.whyUnknown(lease).ifPresent(why -> report.add(new Entry(subject, Outcome.LEFT, why)));
            return;
        }
        try {
            if (dryRun || discard(lease.id(), end.get())) {
                report.add(new Entry(subject, Outcome.DESTROYED, end.get().why()));
            }
        } catch (AllocatorException e) {
            report.add(new Entry(subject, Outcome.FAILED, String.valueOf(e.getMessage())));
        }
    }

    /** False if somebody renewed or kept it meanwhile. */
    private boolean discard(LeaseId lease, Judge.End end) {
        return discarder.discard(lease, end.reason(), judge.still(end)) || !leases.exists(lease);
    }

    private boolean isOwn(Found found) {
        return found.machine().realm().equals(store.realm());
    }

    private void destroyIfOwn(Found found, boolean dryRun) {
        if (!isOwn(found)) {
            report.add(new Entry(
                    found.subject(),
                    Outcome.LEFT,
                    "it belongs to realm " + found.machine().realm() + ", not to this one"));
        } else if (store.moved()) {
            report.add(new Entry(found.subject(), Outcome.LEFT, mayBeOriginals()));
        } else {
            destroy(found, "it has no record", dryRun);
        }
    }

    private String mayBeOriginals() {
        return "it has no record, but this store may be a copy, and the machine one of the original's; if it is not,"
                + " clean up realm " + store.realm() + " by its id, after a dry run";
    }

    private void destroy(Found found, String why, boolean dryRun) {
        try {
            if (!dryRun) {
                discarder.destroy(found.machine().ref(), found.provider());
            }
            report.add(new Entry(found.subject(), Outcome.DESTROYED, why));
        } catch (ProviderException | RuntimeException | Error e) { // whatever a plugin throws
            report.add(new Entry(
                    found.subject(),
                    Outcome.FAILED,
                    e instanceof ProviderException ? String.valueOf(e.getMessage()) : PluginMismatch.describe(e)));
        }
    }

    /** Removes a machine's folder that was left without record and machine. */
    private void remove(Folder folder, Survey survey, boolean dryRun) {
        Optional<String> whyLeft = store.moved() ? Optional.of(mayBeOriginals()) : survey.whyUnknown(folder);
        if (whyLeft.isPresent()) {
            report.add(new Entry(folder.subject(), Outcome.LEFT, whyLeft.get()));
            return;
        }
        try {
            if (!dryRun) {
                StateLayout.delete(folder.path());
            }
            report.add(new Entry(folder.subject(), Outcome.DESTROYED, "it has neither a record nor a machine"));
        } catch (IOException e) {
            report.add(new Entry(folder.subject(), Outcome.FAILED, "it cannot be removed: " + e));
        }
    }

    /** Destroys what belongs to a realm, has no record here, and was seen by somebody. */
    private void destroyMachinesOf(RealmId realm, boolean dryRun) {
        Review review = new Review(layout, realm);
        Set<MachineId> shown = dryRun ? Set.of() : review.load(clock.instant());
        Survey survey = Survey.take(store, leases, providers, layout);
        report.addAll(survey.problems());
        List<Found> machines = survey.machines().stream()
                .filter(found -> found.machine().realm().equals(realm) && !leases.hasMachine(found.id()))
                .toList();
        for (Found found : machines) {
            if (dryRun || shown.contains(found.id())) {
                destroy(found, "it belongs to realm " + realm + " and has no record here", dryRun);
            } else {
                report.add(new Entry(found.subject(), Outcome.LEFT, "the dry run did not show it"));
            }
        }
        if (dryRun) {
            review.save(machines.stream().map(Found::id).toList(), clock.instant());
        }
    }

    /** Whether secrets were left without a record by somebody who died; a living owner may be about to write one. */
    private boolean isLeftOver(MachineId machine) {
        return !leases.hasMachine(machine)
                && MachineSecrets.owner(store, machine)
                        .map(owner -> owners.look(owner).life() == Life.DEAD)
                        .orElse(true); // unreadable, so that no record can ever use them
    }

    private Set<String> tokensInUse() {
        return leases.all().stream()
                .map(LeaseRecord::owner)
                .flatMap(Optional::stream)
                .map(OwnerId::token)
                .collect(Collectors.toSet());
    }
}
