package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.lxd.rest.LxdClient;
import dev.allocator.lxd.rest.LxdException;
import dev.allocator.lxd.rest.LxdException.Reason;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.NetworkCard;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Creates machines. Anyone may discard the machine meanwhile, from any process: whoever does so puts up a barrier first
 * and then takes away what LXD has; so each step here looks at the barrier after LXD has answered.
 */
public final class MachineStart {

    private static final int MOST_REMEDIES = 3;
    private static final int MOST_BRIDGES = 5;

    private final ProviderContext context;
    private final Instances instances;
    private final Planner planner;
    private final MachineWatch watch;
    private final MachineEnd end;

    /** For machines of one project. */
    public MachineStart(
            ProviderContext context, Instances instances, Planner planner, MachineWatch watch, MachineEnd end) {
        this.context = context;
        this.instances = instances;
        this.planner = planner;
        this.watch = watch;
        this.end = end;
    }

    /** See {@link dev.allocator.spi.Provider#create}; for one thread at a time for each machine. */
    public Machine create(MachinePlan plan, CreateContext create) throws ProviderException, InterruptedException {
        MachineSpec spec = plan.spec();
        InstanceRef instance = InstanceRef.of(plan.ref(), instances, create.deadline())
                .orElseThrow(() -> new ProviderException("the plan of machine " + spec.id() + " names no instance"));
        MachineFiles files = new MachineFiles(context.directory(spec.id()));
        requireNotDiscarded(files, spec);
        boolean answered = false;
        try {
            boolean exists = awaitOther(instance, spec, create);
            answered = true;
            if (!exists) {
                make(instance, files, spec, create);
            }
            start(instance, files, spec, create);
            return describe(plan, instance, create);
        } catch (ProviderException e) {
            ProviderException failure = answered ? lost(e) : e;
            if (files.isDiscarded()) {
                takeBack(plan, failure);
            }
            throw failure;
        }
    }

    /** An LXD that had answered before comes back, though its socket is gone: it is being restarted. */
    private static ProviderException lost(ProviderException e) {
        Throwable origin = e instanceof LxdException ? e : e.getCause();
        boolean gone = origin instanceof LxdException lxd && lxd.reason() == Reason.NO_SOCKET;
        return gone ? new ProviderException(Kind.RETRYABLE, String.valueOf(e.getMessage()), e) : e;
    }

    private void make(InstanceRef instance, MachineFiles files, MachineSpec spec, CreateContext create)
            throws ProviderException, InterruptedException {
        Blueprint blueprint = planner.blueprint(spec, create.deadline());
        haveProject(create);
        create.progress("creating the " + blueprint.kind() + " " + instance.name() + " of image "
                + blueprint.image().description());
        for (int left = MOST_BRIDGES; ; left--) {
            mark(files::request, spec);
            requireNotDiscarded(files, spec);
            try {
                request(instance, files, withCard(blueprint, spec, create), spec, create);
                return;
            } catch (ProviderException e) {
                if (left == 0 || spec.network().isEmpty() || !Bridges.isMissing(e)) {
                    throw e;
                }
                // Who left the network last removed its bridge after we had looked for it.
            }
        }
    }

    private Blueprint withCard(Blueprint blueprint, MachineSpec spec, CreateContext create)
            throws ProviderException, InterruptedException {
        if (spec.network().isEmpty()) {
            return blueprint;
        }
        int slot = create.network()
                .orElseThrow(() -> new ProviderException("machine " + spec.id() + " has no seat in its network"))
                .slot();
        Subnet subnet = new Bridges(instances.client()).have(spec, context.instance(), create);
        String bridge = Bridges.name(
                spec.tags().realm(), context.instance(), spec.network().get());
        return blueprint.with(Card.DEVICE, Card.device(bridge, subnet, slot));
    }

    private void request(
            InstanceRef instance, MachineFiles files, Blueprint blueprint, MachineSpec spec, CreateContext create)
            throws ProviderException, InterruptedException {
        JsonNode request = InstanceRequest.of(blueprint, spec, create.bootstrap());
        requireNotDiscarded(files, spec);
        try {
            JsonNode done = send("POST", "/1.0/instances" + instances.query(), request, create);
            if (done.isMissingNode() && !awaitOther(instance, spec, create)) {
                mark(files::answered, spec);
                throw restarted(instance, spec, "created");
            }
        } catch (LxdException e) {
            if (!e.isUnknown()) {
                mark(files::answered, spec);
            }
            if (e.isUnknown() || !awaitOther(instance, spec, create)) {
                throw refused(e, instance, blueprint, spec);
            }
        }
        mark(files::answered, spec);
        requireNotDiscarded(files, spec);
    }

    /** Whether the machine's instance is there already, after whoever makes it has done so. */
    private static boolean awaitOther(InstanceRef instance, MachineSpec spec, CreateContext create)
            throws ProviderException, InterruptedException {
        Optional<JsonNode> operation = instance.operation(create.deadline());
        Optional<JsonNode> found = instance.find(create.deadline());
        // A command that runs in it is an operation too, and is not waited for.
        if (operation.isPresent() && !found.filter(MachineStart::isRunning).isPresent()) {
            Operations.await(instance.instances().client(), operation.get(), create.deadline());
            found = instance.find(create.deadline());
        }
        if (found.isPresent() && !Tags.belongsTo(found.get(), spec.id())) {
            throw new ProviderException(
                    Kind.RETRYABLE, instance + " exists, but is not that of machine " + spec.id(), null);
        }
        return found.isPresent();
    }

    private void haveProject(CreateContext create) throws LxdException, InterruptedException {
        LxdClient client = instances.client();
        String path = "/1.0/projects/" + Instances.encode(instances.project());
        if (Instances.get(client, path, create.deadline()).isPresent()) {
            return;
        }
        try {
            send("POST", "/1.0/projects", InstanceRequest.project(instances.project()), create);
        } catch (LxdException e) {
            // Another process may have been faster.
            if (e.isUnknown() || Instances.get(client, path, create.deadline()).isEmpty()) {
                throw e;
            }
        }
    }

    private void start(InstanceRef instance, MachineFiles files, MachineSpec spec, CreateContext create)
            throws ProviderException, InterruptedException {
        try {
            // The second time is for an LXD that was restarted before it came to it.
            if (!isRunning(instance, create)
                    && isForgotten(instance, spec, create)
                    && isForgotten(instance, spec, create)) {
                throw restarted(instance, spec, "started");
            }
        } catch (LxdException e) {
            requireNotDiscarded(files, spec);
            if (e.isUnknown() || !isRunning(instance, create)) {
                String said = e.isUnknown() ? "" : MachineLogs.firstError(instance, create.deadline());
                throw new ProviderException(
                        e.kind(), spec.location() + ": cannot start " + instance + ": " + e.getMessage() + said, e);
            }
        }
        requireNotDiscarded(files, spec);
    }

    /** Starts it, and tells whether LXD knows nothing of that and has not done it either. */
    private boolean isForgotten(InstanceRef instance, MachineSpec spec, CreateContext create)
            throws ProviderException, InterruptedException {
        if (!startStopped(instance, spec, create).isMissingNode()) {
            return false;
        }
        JsonNode found = instance.find(create.deadline()).orElseThrow(() -> restarted(instance, spec, "started"));
        return !isRunning(found);
    }

    private JsonNode startStopped(InstanceRef instance, MachineSpec spec, CreateContext create)
            throws ProviderException, InterruptedException {
        for (int left = MOST_REMEDIES; ; left--) {
            try {
                return send("PUT", instance.path("/state"), InstanceRequest.action("start", false), create);
            } catch (LxdException e) {
                if (left == 0 || !new StartRemedies(instance, spec, context.instance(), create).apply(e)) {
                    throw e;
                }
            }
        }
    }

    private static ProviderException restarted(InstanceRef instance, MachineSpec spec, String what) {
        return new ProviderException(
                Kind.RETRYABLE, spec.location() + ": LXD was restarted while it " + what + " " + instance, null);
    }

    private static boolean isRunning(InstanceRef instance, CreateContext create)
            throws LxdException, InterruptedException {
        return instance.find(create.deadline()).filter(MachineStart::isRunning).isPresent();
    }

    private static boolean isRunning(JsonNode instance) {
        return instance.path("status").asText().equals("Running");
    }

    private JsonNode send(String method, String path, JsonNode body, CreateContext create)
            throws LxdException, InterruptedException {
        return instances.client().send(method, path, body, create.deadline(), create::progress);
    }

    private Machine describe(MachinePlan plan, InstanceRef instance, CreateContext create)
            throws ProviderException, InterruptedException {
        JsonNode found = instance.find(create.deadline())
                .orElseThrow(() -> new ProviderException(
                        Kind.RETRYABLE, instance + " stopped as soon as it had been started", null));
        String type = found.path("type").asText();
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("instance", instance.name());
        attributes.put("project", instance.instances().project());
        attributes.put("type", type);
        String fingerprint = found.path("config").path("volatile.base_image").asText();
        if (!fingerprint.isEmpty()) {
            attributes.put("image-fingerprint", fingerprint);
        }
        String description = found.path("config").path("image.description").asText();
        if (!description.isEmpty()) {
            attributes.put("image-description", description);
        }
        Optional<NetworkCard> card = plan.spec().network().flatMap(network -> Card.read(found, network));
        String hostAddress =
                Card.hostAddress(found, instance.instances(), create.deadline()).orElse(null);
        Watched watched = watch.watch(instance, plan.spec().id(), found);
        return Machine.builder(plan.ref())
                .console(context.directoryPath(plan.spec().id()).resolve(MachineLogs.CONSOLE))
                .attributes(attributes)
                .hostAddress(hostAddress)
                .networks(card.stream().toList())
                .located(watched.located())
                .commands(watched.commands())
                .death(watched.death())
                .build();
    }

    /** Who discarded the machine may have looked before LXD had what this creation asked for. */
    private void takeBack(MachinePlan plan, ProviderException failure) {
        try {
            end.remove(plan.ref());
        } catch (ProviderException e) {
            failure.addSuppressed(e);
        }
    }

    private static ProviderException refused(
            LxdException e, InstanceRef instance, Blueprint blueprint, MachineSpec spec) {
        String words = String.valueOf(e.getMessage());
        String what = blueprint.image().remote()
                ? instance + " of image " + blueprint.image().description() + " at "
                        + blueprint.image().source().path("server").asText()
                : instance.toString();
        Kind kind = words.contains("Failed getting remote image") && !words.contains("couldn't be found")
                ? Kind.RETRYABLE
                : words.contains("Reached maximum number of") ? Kind.NO_CAPACITY : e.kind();
        return new ProviderException(kind, spec.location() + ": cannot create " + what + ": " + words, e);
    }

    private static void requireNotDiscarded(MachineFiles files, MachineSpec spec) throws ProviderException {
        if (files.isDiscarded()) {
            throw new ProviderException("machine " + spec.id() + " was discarded while it was being created");
        }
    }

    private interface Marking {
        void run() throws IOException;
    }

    private static void mark(Marking marking, MachineSpec spec) throws ProviderException {
        try {
            marking.run();
        } catch (IOException e) {
            throw new ProviderException(
                    Kind.RETRYABLE, "cannot write to the folder of machine " + spec.id() + ": " + e.getMessage(), e);
        }
    }
}
