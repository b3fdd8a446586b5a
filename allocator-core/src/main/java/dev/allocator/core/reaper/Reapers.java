package dev.allocator.core.reaper;

import dev.allocator.ProviderHealth;
import dev.allocator.ProviderHealth.Status;
import dev.allocator.core.lease.Judge;
import dev.allocator.core.lease.Leases;
import dev.allocator.core.lease.OwnerId;
import dev.allocator.core.lease.Wakeups;
import dev.allocator.core.machine.StateLayout;
import dev.allocator.core.process.OrphanShell;
import dev.allocator.core.process.SessionProcesses;
import dev.allocator.core.profile.PluginFolder;
import dev.allocator.core.profile.Plugins;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.Store;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that leases end when this process cannot: attached ones if it is killed, detached ones when their time is
 * over. Where that is impossible, {@link #health} says why; nothing fails because of it. Safe for several threads.
 */
public final class Reapers {

    private static final Logger LOG = LoggerFactory.getLogger(Reapers.class);
    private static final long WATCH_SECONDS = 20;

    private final Path state;
    private final Path cache;
    private final Plugins plugins;
    private final List<ProviderFactory> inCode;
    private final SessionProcesses processes;
    private final OrphanShell shell;
    private final InstantSource clock;
    private final WakeupFiles wakeups;
    private final Optional<String> obstacle;
    private @Nullable ReaperFolder folder;
    private @Nullable Trial trial;
    private @Nullable Guardian guardian;
    private @Nullable String problem;
    private boolean dismissed;

    /**
     * For an open allocator. Starts nothing yet.
     *
     * @param shared whether another process can open the store in the state directory
     * @param inCode the provider plugins that were given in code
     * @param environment the environment whose harmless part is passed on
     */
    public Reapers(
            Store store,
            boolean shared,
            StateLayout layout,
            Plugins plugins,
            List<ProviderFactory> inCode,
            Map<String, String> environment,
            InstantSource clock) {
        this.state = layout.state();
        this.cache = layout.cache();
        this.plugins = plugins;
        this.inCode = inCode;
        this.processes = new SessionProcesses(store.realm(), environment);
        this.shell = new OrphanShell(store.realm(), environment);
        this.clock = clock;
        this.wakeups = new WakeupFiles(state, new Timekeeper(shell, state), this::folderName, InstantSource.system());
        this.obstacle =
                shared ? shell.problem() : Optional.of("the records are in a store that no other process can read");
    }

    /** Wakes somebody up for leases that no process holds. */
    public Wakeups wakeups() {
        return obstacle.isEmpty() ? wakeups : Wakeups.NONE;
    }

    /** Makes sure that this process, as the owner of leases, has a guardian; cheap if it has. */
    public synchronized void guard(OwnerId owner) {
        if (obstacle.isPresent() || dismissed || (guardian != null && guardian.isAlive())) {
            return;
        }
        try {
            ReaperFolder reaper = folder();
            tryOnce(reaper);
            if (guardian != null) {
                LOG.warn("the process that watches over this one, to end its leases if it dies, was killed; it is"
                        + " started again");
            }
            guardian = Guardian.start(shell, reaper.path(), state, owner.token());
            problem = null;
        } catch (IOException | RuntimeException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(problem)) {
                LOG.warn("{}", unguarded(why));
            }
            problem = why;
        }
    }

    /** Looks after the guardian, and after wake-ups that others have left, until the timer stops. */
    public void watch(ScheduledExecutorService timer, OwnerId owner) {
        // It reports its own failures and ends with the timer, so nobody needs the future.
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(() -> look(owner), 1, WATCH_SECONDS, TimeUnit.SECONDS);
    }

    private void look(OwnerId owner) {
        guard(owner);
        try {
            if (obstacle.isEmpty()) {
                folder().touch();
                wakeups.ensureKept();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("the reaper's folder: {}", e.toString());
        }
    }

    /**
     * Lets the guardian go, once this process is no owner any more.
     *
     * @param leasesLeft whether there are leases of this process, which the guardian then takes over
     */
    public synchronized void dismiss(boolean leasesLeft) {
        dismissed = true;
        if (guardian != null && leasesLeft) {
            guardian.release();
        } else if (guardian != null) {
            guardian.dismiss();
        }
    }

    /** Brings wake-ups and records together, and removes reapers of programs that are no more. */
    public void tidy(Leases leases, Judge judge) {
        if (obstacle.isPresent()) {
            return;
        }
        try {
            new WakeupSync(wakeups, leases, judge, clock).run();
            ReaperSweep.run(state, wakeups.reapers(), InstantSource.system().instant());
        } catch (IOException e) {
            LOG.warn("cannot tidy up in {}: {}", state, e.toString());
        }
    }

    /** What keeps leases from ending without this process: one entry, or none if all is well. May take a second. */
    public List<ProviderHealth> health() {
        List<String> problems = problems();
        return problems.isEmpty()
                ? List.of()
                : List.of(ProviderHealth.builder("reaper", "engine", Status.DEGRADED)
                        .messages(problems)
                        .build());
    }

    private synchronized List<String> problems() {
        if (obstacle.isPresent()) {
            return List.of(unguarded(obstacle.get()));
        }
        List<String> problems = new ArrayList<>();
        try {
            ReaperFolder reaper = folder();
            tryOnce(reaper);
            Optional.ofNullable(trial).flatMap(this::shortcoming).ifPresent(problems::add);
            Optional.ofNullable(problem).map(Reapers::unguarded).ifPresent(problems::add);
        } catch (IOException | RuntimeException e) {
            problems.add(unguarded(String.valueOf(e.getMessage())));
        }
        if (wakeups.isUnkept()) {
            problems.add(
                    "detached leases do not end by themselves at the moment, as what watches the time was killed or"
                            + " the host was restarted; 'cleanup' starts it again");
        }
        return problems;
    }

    private static String unguarded(String why) {
        return "machines may stay if this process is killed, until somebody cleans up: " + why;
    }

    private String folderName() {
        try {
            return folder().name();
        } catch (IOException e) {
            LOG.warn("{}", unguarded(String.valueOf(e.getMessage())));
            return "-"; // any other that is there
        }
    }

    private synchronized ReaperFolder folder() throws IOException {
        if (folder == null) {
            Set<ClassLoader> folders =
                    plugins.folders().stream().map(PluginFolder::loader).collect(Collectors.toSet());
            List<Class<?>> classes = plugins.providerTypes().stream()
                    .flatMap(type -> plugins.provider(type).stream())
                    .<Class<?>>map(Object::getClass)
                    .filter(plugin -> !folders.contains(plugin.getClassLoader()))
                    .toList();
            List<String> names = inCode.stream()
                    .map(Object::getClass)
                    .filter(Reapers::canBeLoaded)
                    .map(Class::getName)
                    .toList();
            folder = ReaperFolder.prepare(state, classes, names, plugins.folders());
        }
        return folder;
    }

    private static boolean canBeLoaded(Class<?> plugin) {
        try {
            return Modifier.isPublic(plugin.getModifiers())
                    && Modifier.isPublic(plugin.getConstructor().getModifiers());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private synchronized void tryOnce(ReaperFolder reaper) throws IOException {
        if (trial != null) {
            return;
        }
        try {
            Trial tried = Trial.of(reaper, processes, cache);
            trial = tried;
            shortcoming(tried).ifPresent(sentence -> LOG.warn("{}", sentence));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the next one tries
        }
    }

    private Optional<String> shortcoming(Trial tried) {
        if (tried.failure().isPresent()) {
            return Optional.of(unguarded("the program that would end their leases does not start on this class path: "
                    + tried.failure().get()));
        }
        Set<String> missing = new TreeSet<>(plugins.providerTypes());
        missing.removeAll(tried.types());
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(unguarded("the provider "
                        + missing.stream().map(type -> "'" + type + "'").collect(Collectors.joining(", "))
                        + " can be loaded by this process only; register its factory as a service, or make it a public"
                        + " class with a public constructor without parameters"));
    }
}
