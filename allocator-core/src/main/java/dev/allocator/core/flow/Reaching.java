package dev.allocator.core.flow;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.core.flow.Made.Planted;
import dev.allocator.core.readiness.Await;
import dev.allocator.core.readiness.Candidate;
import dev.allocator.core.readiness.LoginTarget;
import dev.allocator.core.readiness.LoginWaiter;
import dev.allocator.core.readiness.ProviderShell;
import dev.allocator.core.readiness.ReadinessFailure;
import dev.allocator.core.ssh.SshConnection;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Machine;
import dev.allocator.spi.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Gets into a machine that was switched on: by commands that its provider runs there, or by a log-in over SSH, whichever
 * works first.
 */
final class Reaching {

    private final Made made;
    private final Whereabouts where;
    private final LoginWaiter logins;
    private final Deadline deadline;
    private final Consumer<String> progress;

    Reaching(Made made, Whereabouts where, LoginWaiter logins, Deadline deadline, Consumer<String> progress) {
        this.made = made;
        this.where = where;
        this.logins = logins;
        this.deadline = deadline;
        this.progress = progress;
    }

    WayIn reach() throws ProviderException, ReadinessFailure, InterruptedException {
        List<Candidate> candidates = candidates();
        Optional<CompletionStage<?>> commands = made.commands();
        if (commands.isEmpty()) {
            HostAndPort address = where.await(deadline);
            if (candidates.isEmpty()) {
                throw made.unreachable("whose log-in nobody knows");
            }
            boolean fixed = made.login().image().isPresent() || made.planted().isEmpty();
            return logIn(address, candidates, fixed, machine().death());
        }
        CompletableFuture<String> works = new CompletableFuture<>();
        var unused = commands.get().thenAccept(any -> works.complete("commands can be run in the machine"));
        if (candidates.isEmpty() || where.known().isEmpty()) {
            progress.accept("waiting until commands can be run in the machine");
            Await.stage(works, machine().death(), deadline, "no command could be run in the machine");
        } else {
            Optional<WayIn> login = logInUntil(works, candidates);
            if (login.isPresent()) {
                return login.get();
            }
        }
        progress.accept("running commands through provider '" + made.profile().provider() + "'");
        return WayIn.through(new ProviderShell(made.provider(), machine().ref()));
    }

    /** Logs in, unless commands can be run first. */
    private Optional<WayIn> logInUntil(CompletableFuture<String> works, List<Candidate> candidates)
            throws ProviderException, ReadinessFailure, InterruptedException {
        progress.accept("waiting for an address, or until commands can be run in the machine");
        Await.stage(
                CompletableFuture.anyOf(
                        works, where.known().orElseThrow().thenApply(any -> "").toCompletableFuture()),
                machine().death(),
                deadline,
                "the machine got no address, and no command could be run in it,");
        if (works.isDone()) {
            return Optional.empty();
        }
        HostAndPort address = where.await(deadline);
        CompletableFuture<String> dead = new CompletableFuture<>();
        var unused = machine().death().thenAccept(dead::complete);
        try {
            // Refusals are not final: commands may work later.
            return Optional.of(logIn(address, candidates, false, dead.applyToEither(works, reason -> reason)));
        } catch (ReadinessFailure e) {
            if (works.isDone() && !dead.isDone() && !deadline.expired()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private WayIn logIn(
            HostAndPort address, List<Candidate> candidates, boolean fixed, CompletionStage<String> pointless)
            throws ReadinessFailure, InterruptedException {
        SshConnection connection = logins.awaitLogin(
                new LoginTarget(address, candidates, fixed, machine().awake(), pointless, progress), deadline);
        boolean own = made.login().image().isPresent()
                || made.planted().map(Planted::login).equals(Optional.of(connection.credentials()));
        return WayIn.over(connection, !own);
    }

    /**
     * What the image accepts, else the planted key. An image that keys cannot be planted in may accept what is requested
     * already: that is tried too where the provider has a further way in and so promises less of the image.
     */
    private List<Candidate> candidates() {
        Optional<Credentials> image = made.login().image();
        if (image.isPresent()) {
            return List.of(new Candidate(image.get(), List.of()));
        }
        List<Candidate> candidates = new ArrayList<>();
        made.planted().ifPresent(key -> candidates.add(new Candidate(key.login(), List.of(key.hostKey()))));
        if (made.commands().isPresent()) {
            made.login().requested().ifPresent(user -> candidates.add(new Candidate(user, List.of())));
        }
        return candidates;
    }

    private Machine machine() {
        return where.machine();
    }
}
