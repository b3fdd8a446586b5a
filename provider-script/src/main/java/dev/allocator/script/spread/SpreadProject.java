package dev.allocator.script.spread;

import dev.allocator.Durations;
import dev.allocator.script.spread.Backend.Machine;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Kind;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a project's backends into our providers and profiles. Facts from spread's project.go, adhoc.go, lxd.go and
 * qemu.go.
 */
final class SpreadProject {

    /** Spread tries again for 5 minutes, then waits for SSH for another 5. */
    private static final Duration BESIDE_THE_SCRIPT = Duration.ofMinutes(10);

    private static final Duration SCRIPT_BY_DEFAULT = Duration.ofMinutes(15);
    /** Of the image; spread waits for it as long as it takes. */
    private static final String WITH_A_DOWNLOAD = "15m";

    private static final String MEMORY_BY_DEFAULT = "1500MiB";

    private final ConfigNode file;
    private final Mistakes mistakes = new Mistakes();
    private final Quantities quantities = new Quantities(mistakes);
    private final Map<String, ConfigNode> providers = new LinkedHashMap<>();
    private final Map<String, ConfigNode> profiles = new LinkedHashMap<>();
    private final Map<String, String> unsupported = new LinkedHashMap<>();

    private SpreadProject(ConfigNode file) {
        this.file = file;
    }

    /**
     * Reads a whole file.
     *
     * @throws IllegalArgumentException with everything that is wrong with what we need of it
     */
    static SpreadProject read(ConfigNode file) {
        SpreadProject project = new SpreadProject(file);
        for (Backend backend : Backend.all(file, project.mistakes)) {
            switch (backend.type()) {
                case "adhoc" -> project.addAdhoc(backend);
                case "lxd" -> project.addLxd(backend);
                case "qemu" -> project.addQemu(backend);
                default ->
                    project.addUnsupported(
                            backend,
                            "is of type " + Mistakes.quote(backend.type())
                                    + "; of spread's backends, adhoc, lxd and qemu are supported");
            }
        }
        project.mistakes.throwIfAny();
        return project;
    }

    Map<String, ConfigNode> providers() {
        return providers;
    }

    Map<String, ConfigNode> profiles() {
        return profiles;
    }

    Map<String, String> unsupported() {
        return unsupported;
    }

    private void addAdhoc(Backend backend) {
        ConfigNode node = backend.node();
        String instance = "spread-" + backend.name();
        Optional<ConfigNode> allocate = mistakes.text(node, "allocate");
        boolean wrongKind = node.get("allocate")
                .filter(script -> script.kind() != Kind.SCALAR)
                .isPresent();
        if (!wrongKind && allocate.filter(script -> !script.text().isBlank()).isEmpty()) {
            mistakes.add(
                    backend.location(),
                    "the backend " + Mistakes.quote(backend.name())
                            + " needs 'allocate', the script that makes a machine");
        }
        providers.put(
                instance,
                new SectionBuilder(backend.location())
                        .put("type", "script")
                        .put("contract", "adhoc")
                        .put("allocate", allocate)
                        .put("discard", mistakes.text(node, "discard"))
                        .put("backend", backend.name())
                        .put("directory", directory())
                        .put("warn-timeout", time(node, "warn-timeout"))
                        .put("kill-timeout", time(node, "kill-timeout"))
                        .build());
        Duration timeout =
                quantities.time(node, "kill-timeout").orElse(SCRIPT_BY_DEFAULT).plus(BESIDE_THE_SCRIPT);
        Environment environment = new Environment(file, node);
        for (Machine machine : backend.machines(mistakes)) {
            Login login = Login.of(machine.node(), environment, mistakes);
            SectionBuilder profile = new SectionBuilder(machine.location())
                    .put("provider", instance)
                    .put("system", machine.name())
                    .put("image", mistakes.text(machine.node(), "image"))
                    .put("login", login.section())
                    .put("user", login.user())
                    .put("timeout", Durations.format(timeout));
            add(backend, machine, login, profile);
        }
    }

    private void addQemu(Backend backend) {
        Environment environment = new Environment(file, backend.node());
        Optional<ConfigNode> memory = quantities
                .size(backend.node(), "memory")
                .map(size -> SectionBuilder.text(
                        backend.node().get("memory").orElseThrow().location(), size.toMebibytes() + "MiB"));
        for (Machine machine : backend.machines(mistakes)) {
            Login login = Login.of(machine.node(), environment, mistakes);
            SectionBuilder profile = new SectionBuilder(machine.location())
                    .put("provider", "qemu")
                    .put("arch", "x86_64")
                    .put("image", image(machine))
                    .put("firmware", firmware(machine))
                    .put("login", login.section());
            memory.ifPresentOrElse(size -> profile.put("memory", size), () -> profile.put("memory", MEMORY_BY_DEFAULT));
            add(backend, machine, login, profile);
        }
    }

    /** Containers. The image's name is translated by the provider, as spread does. */
    private void addLxd(Backend backend) {
        Optional<ConfigNode> location = mistakes.text(backend.node(), "location");
        if (location.isPresent()) {
            addUnsupported(backend, "has a 'location', another LXD server; only this host's is supported");
            return;
        }
        Environment environment = new Environment(file, backend.node());
        for (Machine machine : backend.machines(mistakes)) {
            Login login = Login.of(machine.node(), environment, mistakes);
            SectionBuilder profile = new SectionBuilder(machine.location())
                    .put("provider", "lxd")
                    .put("vm", "false")
                    .put("image", mistakes.text(machine.node(), "image").orElseGet(() -> name(machine)))
                    .put("login", login.section())
                    .put("timeout", WITH_A_DOWNLOAD);
            add(backend, machine, login, profile);
        }
    }

    private void add(Backend backend, Machine machine, Login login, SectionBuilder profile) {
        String name = backend.name() + ":" + machine.name();
        profile.put("limit", limit(machine));
        profile.put("ttl", time(backend.node(), "halt-timeout"));
        login.unsupported()
                .ifPresentOrElse(
                        why -> unsupported.put(name, refusal(name, machine, why)),
                        () -> profiles.put(name, profile.build()));
    }

    private void addUnsupported(Backend backend, String why) {
        Collection<Machine> machines = backend.machines(new Mistakes());
        for (Machine machine : machines) {
            String name = backend.name() + ":" + machine.name();
            unsupported.put(name, refusal(name, machine, "the backend " + Mistakes.quote(backend.name()) + " " + why));
        }
    }

    private static String refusal(String name, Machine machine, String why) {
        return machine.location() + ": the profile " + Mistakes.quote(name) + " cannot be used: " + why;
    }

    /** Where spread runs scripts: its file's folder and the way on from there, which may start with a slash. */
    private Optional<ConfigNode> directory() {
        return mistakes.text(file, "reroot")
                .map(reroot -> SectionBuilder.text(reroot.location(), "./" + reroot.text()));
    }

    /** Spread looks for all images in one folder. */
    private ConfigNode image(Machine machine) {
        return mistakes.text(machine.node(), "image")
                .map(image -> image.text().contains("/")
                        ? SectionBuilder.text(image.location(), "~/.spread/qemu/" + image.text() + ".img")
                        : image)
                .orElseGet(() -> name(machine));
    }

    private static ConfigNode name(Machine machine) {
        return SectionBuilder.text(machine.location(), machine.name());
    }

    private Optional<ConfigNode> firmware(Machine machine) {
        Optional<ConfigNode> bios = mistakes.text(machine.node(), "bios");
        bios.filter(node -> !node.text().equals("uefi"))
                .ifPresent(node -> mistakes.add(
                        node.location(), "'bios' must be uefi or not be there, not " + Mistakes.quote(node.source())));
        return bios;
    }

    /** Spread takes 0 for 1, as if it was not there; without any there is no limit. */
    private Optional<ConfigNode> limit(Machine machine) {
        return quantities
                .number(machine.node(), "workers")
                .map(workers -> SectionBuilder.text(
                        machine.node().get("workers").orElseThrow().location(),
                        Integer.toString(Math.max(1, workers))));
    }

    private Optional<ConfigNode> time(ConfigNode section, String key) {
        return quantities
                .time(section, key)
                .map(time -> SectionBuilder.text(section.get(key).orElseThrow().location(), Durations.format(time)));
    }
}
