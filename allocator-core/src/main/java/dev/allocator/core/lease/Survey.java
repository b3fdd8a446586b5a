package dev.allocator.core.lease;

import dev.allocator.CleanupReport.Entry;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.MachineId;
import dev.allocator.StoreException;
import dev.allocator.core.machine.Providers;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.profile.ProviderInstance;
import dev.allocator.spi.Capability;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What there is outside the records: machines that providers find, and folders of machines. To be taken before records
 * are looked up. A provider that cannot be asked has an unknown number of machines.
 */
final class Survey {

    /** A machine and who found it. */
    record Found(Provider provider, FoundMachine machine) {

        MachineId id() {
            return machine.ref().machine();
        }

        String subject() {
            return "machine " + id() + " (" + machine.description() + ")";
        }
    }

    /** A machine's folder, with no machine that its provider would find. */
    record Folder(String instance, MachineId machine, Path path) {

        String subject() {
            return "folder " + path;
        }
    }

    private final List<Found> machines = new ArrayList<>();
    private final List<Folder> folders = new ArrayList<>();
    private final List<Entry> problems = new ArrayList<>();
    private final Map<String, Provider> reached = new HashMap<>();

    private Survey() {}

    /** Asks all provider instances that are configured or recorded. */
    static Survey take(Store store, Leases leases, Providers providers, StateLayout layout) {
        Survey survey = new Survey();
        List<ProviderInstance> recorded = leases.machines().stream()
                .map(machine -> instance(machine, store))
                .toList();
        providers.instances(recorded).forEach(instance -> survey.ask(providers, instance));
        survey.findFolders(layout);
        return survey;
    }

    private static ProviderInstance instance(MachineRecord machine, Store store) {
        try {
            return machine.instance(store);
        } catch (StoreException e) {
            return machine.instance(); // its provider will say what it misses, if it is not configured here
        }
    }

    List<Found> machines() {
        return machines;
    }

    List<Folder> folders() {
        return folders;
    }

    /** What could not be looked at. */
    List<Entry> problems() {
        return problems;
    }

    private void ask(Providers providers, ProviderInstance instance) {
        try {
            Provider provider = providers.get(instance);
            if (provider.capabilities().contains(Capability.LIST)) {
                List<Found> found = new ArrayList<>();
                for (FoundMachine machine : provider.list()) {
                    Objects.requireNonNull(machine.realm(), "a machine's realm");
                    found.add(new Found(provider, machine));
                }
                machines.addAll(found);
            }
            reached.put(instance.name(), provider);
        } catch (ProviderException | RuntimeException | Error e) { // whatever a plugin throws
            problems.add(new Entry(
                    "machines of provider " + instance.name(),
                    Outcome.LEFT,
                    "they cannot be listed: " + (e instanceof ProviderException ? e.getMessage() : e)));
        }
    }

    private void findFolders(StateLayout layout) {
        Set<MachineId> found = machines.stream().map(Found::id).collect(Collectors.toSet());
        for (Path instance : subfolders(layout.machines())) {
            for (Path folder : subfolders(instance)) {
                machineId(folder)
                        .filter(machine -> !found.contains(machine))
                        .ifPresent(machine ->
                                folders.add(new Folder(instance.getFileName().toString(), machine, folder)));
            }
        }
    }

    /** Why it cannot be said that there is no machine to a folder, or empty if there is none. */
    Optional<String> whyUnknown(Folder folder) {
        Provider provider = reached.get(folder.instance());
        if (provider == null) {
            return isEmpty(folder.path())
                    ? Optional.empty()
                    : Optional.of("it has no record, and provider " + folder.instance()
                            + ", which would know its machine, cannot be asked");
        }
        if (provider.capabilities().contains(Capability.LIST)) {
            return Optional.empty();
        }
        try {
            MachineHealth health = provider.check(new MachineRef(folder.instance(), folder.machine(), Map.of()));
            return health.state() == MachineHealth.State.GONE
                    ? Optional.empty()
                    : Optional.of("it has no record, but there may be a machine: " + health.message());
        } catch (ProviderException | RuntimeException | Error e) {
            return Optional.of("it has no record, and whether there is a machine cannot be known: "
                    + (e instanceof ProviderException ? e.getMessage() : e));
        }
    }

    private static Optional<MachineId> machineId(Path folder) {
        try {
            return Optional.of(new MachineId(folder.getFileName().toString()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // nothing of ours
        }
    }

    private static boolean isEmpty(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            return !files.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Path> subfolders(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))) {
            files.forEach(all::add);
            return all;
        } catch (IOException e) {
            throw new StoreException("cannot read " + folder + ": " + e, e);
        }
    }
}
