package dev.allocator.lxd;

import dev.allocator.lxd.machine.Bridges;
import dev.allocator.lxd.machine.Devices;
import dev.allocator.lxd.machine.Instances;
import dev.allocator.lxd.machine.Server;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Diagnosis.Severity;
import dev.allocator.spi.ProviderException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says what is missing on this host. */
final class Doctor {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final LxdClient client;
    private final Path socket;
    private final String project;

    /** @param project the one of the machines, which need not be there yet */
    Doctor(LxdClient client, Path socket, String project) {
        this.client = client;
        this.socket = socket;
        this.project = project;
    }

    List<Diagnosis> diagnose() {
        List<Diagnosis> diagnoses = new ArrayList<>();
        try {
            examine(diagnoses, Deadline.in(LIMIT));
        } catch (ProviderException e) {
            diagnoses.add(new Diagnosis(Severity.ERROR, String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            diagnoses.add(new Diagnosis(Severity.WARNING, "interrupted before LXD was examined"));
        }
        return diagnoses;
    }

    /** LXD runs virtual machines with KVM or not at all. */
    Map<String, String> attributes() throws ProviderException {
        try {
            return Server.ask(client, Deadline.in(LIMIT)).virtualMachines() ? Map.of("accel", "kvm") : Map.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    private void examine(List<Diagnosis> diagnoses, Deadline deadline) throws ProviderException, InterruptedException {
        Server server = Server.ask(client, deadline);
        diagnoses.add(new Diagnosis(
                Severity.INFO,
                "LXD " + server.version() + " at " + socket
                        + (server.virtualMachines() ? ": containers and virtual machines" : ": containers")));
        server.whyNoVirtualMachines(client, deadline)
                .ifPresent(why ->
                        diagnoses.add(new Diagnosis(Severity.WARNING, why + ": only profiles with 'vm: false' work")));
        for (String bridge : Bridges.unused(client, deadline)) {
            diagnoses.add(new Diagnosis(
                    Severity.INFO,
                    "LXD's network " + bridge + " was made for machines and is used by none: unless one is just being"
                            + " made, 'lxc network delete " + bridge + "' removes it"));
        }
        if (client.get("/1.0/storage-pools", deadline).isEmpty()) {
            diagnoses.add(new Diagnosis(
                    Severity.ERROR, "LXD has not been initialised, it has no storage pool: run 'lxd init'"));
            return;
        }
        try {
            Devices devices = Devices.ofProfiles(
                    client, List.of("default"), Instances.queryForNow(client, project, deadline), deadline);
            if (devices.rootDisk().isEmpty()) {
                diagnoses.add(new Diagnosis(
                        Severity.WARNING,
                        "there is no root disk in LXD's profile default: run 'lxd init', or set 'pool' in profiles"));
            }
            if (devices.networkInterface().isEmpty()) {
                diagnoses.add(new Diagnosis(
                        Severity.WARNING,
                        "there is no network interface in LXD's profile default: run 'lxd init', or set 'lxd-network' in"
                                + " profiles"));
            }
        } catch (Devices.MissingProfile e) {
            diagnoses.add(new Diagnosis(Severity.WARNING, String.valueOf(e.getMessage())));
        }
    }
}
