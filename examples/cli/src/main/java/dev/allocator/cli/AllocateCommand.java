package dev.allocator.cli;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Durations;
import dev.allocator.HostAndPort;
import dev.allocator.Keep;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.UnknownProfileException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Allocates a machine and prints its address, or its lease's id if it has none; its output never holds more. */
@Command(
        name = AllocateCommand.NAME,
        description = "Allocate a machine and print its address, host:port; the lease's id if the machine has none."
                + " On failure print the reason, in one line.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  allocator allocate debian-12 --ttl 2h",
            "  allocator allocate debian-12 debian secret --network lan --name db"
        })
final class AllocateCommand implements Callable<Integer> {

    static final String NAME = "allocate";

    private static final Duration DEFAULT_TTL = Duration.ofHours(24);

    private final RootCommand root;

    @Parameters(index = "0", paramLabel = "NAME", description = "The profile.")
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "USER",
            description = "Who must be able to log in. Missing: the profile's user. Empty: root.")
    private @Nullable String user;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "PASSWORD",
            description = "Missing or empty: --password-fd, else $ALLOCATOR_PASSWORD, else $SPREAD_PASSWORD.")
    private String password = "";

    @Option(
            names = "--password-fd",
            paramLabel = "N",
            description = "Read the password from this file descriptor, up to the end of the line.")
    private @Nullable Integer passwordDescriptor;

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            description = "How long the lease lasts (default: the profile's, else 24h).")
    private @Nullable Duration ttl;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long the allocation may take (default: the profile's, else 5m).")
    private @Nullable Duration timeout;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "Keep this word with the lease; may be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--spread-grace",
            paramLabel = "DURATION",
            description =
                    "How long the lease outlasts a spread that is killed (default: $$ALLOCATOR_SPREAD_GRACE, else 15m).")
    private @Nullable Duration spreadGrace;

    @Option(
            names = "--network",
            paramLabel = "NETWORK",
            description = "Join this network, whose machines reach each other (default: the profile's).")
    private @Nullable String network;

    @Option(
            names = "--name",
            paramLabel = "HOSTNAME",
            description = "The machine's host name, by which others of its network reach it.")
    private @Nullable String hostName;

    @Option(
            names = "--keep",
            paramLabel = "WHEN",
            description = "When to keep a machine that would be destroyed: ${COMPLETION-CANDIDATES}"
                    + " (default: $$ALLOCATOR_KEEP, else the profile's, else never).")
    private @Nullable Keep keep;

    @Option(
            names = "--json",
            description = "Print the lease as one line of JSON, as 'list --json' does; on failure {\"error\": …}.")
    private boolean json;

    AllocateCommand(RootCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        AllocationRequest.Builder request = request();
        try (Allocator allocator = root.open(environment());
                Progress progress = new Progress(name, root)) {
            requireBackend(allocator);
            progress.follow(allocator);
            try (SignalGuard guard = SignalGuard.register(
                    root.surroundings().processEnd(),
                    root.surroundings().callers(),
                    why -> undo(allocator, progress, why))) {
                return allocate(allocator, request.ttl(ttl(allocator)).build(), progress, guard);
            }
        }
    }

    private int allocate(Allocator allocator, AllocationRequest request, Progress progress, SignalGuard guard) {
        try {
            Lease lease = await(allocator.allocateAsync(request));
            progress.ready(lease.info());
            return handOver(lease, guard);
        } catch (UnknownProfileException e) {
            throw isForSpread() ? new CommandFailure(inSpreadsWords(e)) : e;
        } catch (RuntimeException e) {
            if (guard.undoing()) {
                // The process ends with another status, and the reason is already said.
                return 1;
            }
            throw e;
        }
    }

    /** As spread-adhoc-allocator says it, whose users look for these words; its own tests do. */
    private String inSpreadsWords(UnknownProfileException e) {
        return "cannot allocate: system \"" + name + "\" not found in configuration: " + e.getMessage();
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(root.surroundings().environment());
        if (spreadGrace != null) {
            environment.put("ALLOCATOR_SPREAD_GRACE", Durations.format(spreadGrace));
        }
        return environment;
    }

    private AllocationRequest.Builder request() {
        AllocationRequest.Builder request = AllocationRequest.forProfile(name);
        if (timeout != null) {
            request.timeout(timeout);
        }
        labels.forEach(request::label);
        if (network != null) {
            request.network(network);
        }
        if (keep != null) {
            request.keep(keep);
        }
        if (hostName != null) {
            name(request, hostName);
        }
        if (user != null) {
            String who = user.isEmpty() ? "root" : user;
            Secret secret = PasswordSource.find(
                    who,
                    password,
                    passwordDescriptor,
                    root.surroundings().in(),
                    root.surroundings().environment());
            credentials(request, who, secret);
        } else if (passwordDescriptor != null) {
            throw CommandFailure.misuse("--password-fd needs a USER");
        }
        return request;
    }

    private static void name(AllocationRequest.Builder request, String hostName) {
        try {
            request.name(hostName);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.misuse("--name: " + e.getMessage());
        }
    }

    /** A lease that outlives this program has to end some time. */
    private Duration ttl(Allocator allocator) {
        return Optional.ofNullable(ttl)
                .or(() -> allocator.profiles().stream()
                        .filter(profile -> profile.name().equals(name))
                        .findFirst()
                        .flatMap(Profile::ttl))
                .orElse(DEFAULT_TTL);
    }

    private void credentials(AllocationRequest.Builder request, String who, Secret secret) {
        try {
            request.credentials(who, secret);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.misuse(String.valueOf(e.getMessage()));
        }
    }

    /** A profile that does not exist is left to the allocator, which knows similar names. */
    private void requireBackend(Allocator allocator) {
        String backend = root.backend();
        if (backend == null) {
            return;
        }
        Map<String, String> types = allocator.providers();
        for (Profile profile : allocator.profiles()) {
            String actual = types.getOrDefault(profile.provider(), profile.provider());
            if (profile.name().equals(name) && !profile.provider().equals(backend) && !actual.equals(backend)) {
                throw new CommandFailure("cannot allocate '" + name + "': its provider '" + profile.provider()
                        + "' is of type '" + actual + "', not '" + backend + "' as --backend asks");
            }
        }
    }

    private Lease await(CompletableFuture<Lease> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CommandFailure("cannot allocate '" + name + "': " + e.getCause());
        } catch (CancellationException e) {
            throw new CommandFailure("cannot allocate '" + name + "': cancelled");
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new CommandFailure("cannot allocate '" + name + "': interrupted");
        }
    }

    /** The lease stays attached until its address has left this process: a machine nobody knows of must not stay. */
    private int handOver(Lease lease, SignalGuard guard) {
        Optional<HostAndPort> address = lease.info().address();
        if (address.isEmpty() && isForSpread()) {
            lease.discard();
            throw new CommandFailure(
                    "cannot allocate '" + name + "': its machines have no address, which spread needs");
        }
        String word = address.map(HostAndPort::toString).orElse(lease.id().value());
        root.surroundings().out().print(json ? LeaseJson.write(lease.info()) : word + "\n");
        if (root.surroundings().out().checkError()) {
            lease.discard();
            root.surroundings().err().println("allocator: nobody reads the address, so the machine was discarded");
            return 1;
        }
        return guard.handOver(lease::detach) ? 0 : 1;
    }

    /** The reason why there is no machine as programs read it, in one line. */
    String failed(String reason) {
        return json ? Json.write(Map.of("error", reason)) : reason;
    }

    private boolean isForSpread() {
        return SpreadSystem.of(
                        root.surroundings().environment(), root.surroundings().directory())
                .isPresent();
    }

    /** Closing cancels the allocation, or discards the lease, and waits for that. */
    private void undo(Allocator allocator, Progress progress, String why) {
        progress.close();
        root.surroundings().err().println("allocator: " + why + ", destroying the machine");
        allocator.close();
        root.surroundings().out().println(failed("cannot allocate '" + name + "': " + why));
    }
}
