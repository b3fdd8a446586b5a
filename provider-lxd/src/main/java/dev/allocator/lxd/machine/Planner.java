package dev.allocator.lxd.machine;

import dev.allocator.DataSize;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.lxd.image.Image;
import dev.allocator.lxd.image.Images;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides what a machine will be, and refuses what cannot be. Thread-safe. */
public final class Planner {

    /** Whether LXD refuses to delete an instance. */
    static final String PROTECTION = "security.protection.delete";

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long GIBIBYTE = 1L << 30;

    private final String provider;
    private final Instances instances;
    private final Images images;

    /**
     * For machines of one project.
     *
     * @param provider the name of the provider instance
     */
    public Planner(String provider, Instances instances, Images images) {
        this.provider = provider;
        this.instances = instances;
        this.images = images;
    }

    /** See {@link dev.allocator.spi.Provider#plan}. */
    public MachinePlan plan(MachineSpec spec) throws ProviderException {
        Blueprint blueprint;
        try {
            blueprint = blueprint(spec, Deadline.in(LIMIT));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderException(Kind.RETRYABLE, "interrupted while LXD was asked for what a machine needs", e);
        }
        Profile profile = spec.profile();
        Map<String, Long> claims = new HashMap<>();
        profile.cpu().ifPresent(cpu -> claims.put("VCPU", (long) cpu));
        profile.memory().ifPresent(memory -> claims.put("MEMORY_MB", memory.toMebibytes()));
        profile.disk().ifPresent(disk -> claims.put("DISK_GB", (disk.bytes() + GIBIBYTE - 1) / GIBIBYTE));
        MachineRef ref = InstanceRef.ref(provider, spec.id(), instances, blueprint.name());
        return new MachinePlan(
                spec,
                spec.network()
                        .map(network ->
                                ref.with(Bridges.REF, Bridges.name(spec.tags().realm(), provider, network)))
                        .orElse(ref),
                claims,
                "LXD " + blueprint.kind() + ", " + blueprint.image().description()
                        + (profile.cpu().isPresent() ? ", " + profile.cpu().getAsInt() + " CPU" : "")
                        + profile.memory().map(memory -> ", " + memory).orElse("")
                        + profile.disk().map(disk -> ", disk " + disk).orElse(""));
    }

    /** What LXD will be told; asks LXD, changes nothing. */
    Blueprint blueprint(MachineSpec spec, Deadline deadline) throws ProviderException, InterruptedException {
        Server server = Server.ask(instances.client(), deadline);
        boolean vm = spec.settings().bool("vm").orElse(true);
        String type = vm ? Blueprint.VIRTUAL_MACHINE : Blueprint.CONTAINER;
        if (vm) {
            Optional<String> why = server.whyNoVirtualMachines(instances.client(), deadline);
            if (why.isPresent()) {
                throw new ProviderException(
                        spec.location() + ": " + why.get() + " (a profile with 'vm: false' gets a container)");
            }
        }
        String architecture = spec.profile().arch().orElse("");
        if (!architecture.isEmpty() && !server.architectures().contains(architecture)) {
            throw new ProviderException(spec.location() + ": LXD here runs nothing of arch '" + architecture
                    + "' (expected " + String.join(" or ", server.architectures()) + ")");
        }
        String query = Instances.queryForNow(instances.client(), instances.project(), deadline);
        List<String> profiles = spec.settings().list("profiles");
        profiles = profiles.isEmpty() ? List.of("default") : profiles;
        requireNetworks(spec, deadline);
        Map<String, Map<String, String>> devices = new DevicePlan(instances.client(), query, deadline)
                .devices(spec, profiles, spec.profile().readiness().equals(Readiness.none()));
        boolean privileged =
                Boolean.parseBoolean(spec.settings().map("config").getOrDefault("security.privileged", "false"));
        devices.putAll(SharedFolders.devices(spec.profile().shares(), !vm && !privileged && server.shiftsOwners()));
        Image image =
                images.find(spec, type, architecture.isEmpty() ? server.architecture() : architecture, query, deadline);
        String prefix = server.has("cloud_init") ? "cloud-init." : "user.";
        return new Blueprint(
                InstanceRef.name(spec.profile().name(), spec.id()),
                type,
                architecture,
                image,
                config(spec, vm, prefix),
                devices,
                profiles,
                prefix);
    }

    private void requireNetworks(MachineSpec spec, Deadline deadline) throws ProviderException, InterruptedException {
        String project = instances.project();
        if (spec.network().isEmpty() || project.equals("default")) {
            return;
        }
        boolean own = Instances.get(instances.client(), "/1.0/projects/" + Instances.encode(project), deadline)
                .filter(found -> found.path("config").path("features.networks").asBoolean())
                .isPresent();
        if (own) {
            throw new ProviderException(
                    spec.location() + ": network '"
                            + spec.network().get() + "': LXD's project " + project
                            + " has networks of its own (features.networks), among which no bridge can be: use another project");
        }
    }

    private static Map<String, String> config(MachineSpec spec, boolean vm, String cloudInit) throws ProviderException {
        Map<String, String> config = new LinkedHashMap<>();
        spec.profile().cpu().ifPresent(cpu -> config.put("limits.cpu", Integer.toString(cpu)));
        spec.profile().memory().map(DataSize::toString).ifPresent(memory -> config.put("limits.memory", memory));
        if (vm) {
            boolean secure = spec.settings().bool("secure-boot").orElse(false);
            config.put("security.secureboot", Boolean.toString(secure));
        }
        spec.settings().string("user-data").ifPresent(data -> config.put(cloudInit + "user-data", data));
        Map<String, String> own = spec.settings().map("config");
        for (String key : own.keySet()) {
            if (key.startsWith(Tags.PREFIX) || key.equals(PROTECTION)) {
                throw new ProviderException(spec.settings().location("config") + ": '" + key
                        + "' cannot be configured: it is what machines are found and destroyed by");
            }
            if (spec.needsBootstrap() && key.equals(cloudInit + "vendor-data")) {
                throw new ProviderException(spec.settings().location("config") + ": '" + key
                        + "' is needed for the key to log in with: use 'user-data', or name a 'login'");
            }
        }
        config.putAll(own);
        return config;
    }
}
