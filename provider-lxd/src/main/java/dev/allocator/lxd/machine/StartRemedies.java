package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;

/** What can be done about reasons for which LXD does not start an instance. */
final class StartRemedies {

    private final InstanceRef instance;
    private final MachineSpec spec;
    private final String provider;
    private final CreateContext create;

    StartRemedies(InstanceRef instance, MachineSpec spec, String provider, CreateContext create) {
        this.provider = provider;
        this.instance = instance;
        this.spec = spec;
        this.create = create;
    }

    /** Does it; false if there is nothing to do. */
    boolean apply(LxdException refusal) throws ProviderException, InterruptedException {
        if (String.valueOf(refusal.getMessage()).contains("mkisofs")) {
            // LXD needs that program to make the drive; a guest with its agent can do without.
            create.progress(
                    "LXD cannot make a drive for cloud-init, the guest has to do without: " + refusal.getMessage());
            return patch(InstanceRequest.withoutDrive());
        }
        if (SharedFolders.cannotShift(refusal)) {
            SharedFolders.requireOpenToStrangers(spec);
            create.progress("LXD cannot map owners of shared files to users of the container, who are strangers there");
            return patch(SharedFolders.withoutShift(spec.profile().shares()));
        }
        if (Bridges.isMissing(refusal) && spec.network().isPresent()) {
            new Bridges(instance.instances().client()).have(spec, provider, create);
            return true;
        }
        return false;
    }

    private boolean patch(JsonNode body) throws LxdException, InterruptedException {
        instance.instances().client().send("PATCH", instance.path(), body, create.deadline(), create::progress);
        return true;
    }
}
