package dev.allocator.testkit;

import dev.allocator.HostAndPort;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineTags;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** A machine of an {@link InProcessHost}. */
public final class InProcessMachine {

    private final MachineRef ref;
    private final MachineTags tags;
    private final SimulatedSetup setup;
    private final Path home;
    private volatile InProcessSshServer server;
    private volatile HostShell shell;
    private final CompletableFuture<String> death = new CompletableFuture<>();
    private final AtomicInteger destroyFailures;

    InProcessMachine(
            MachineRef ref,
            MachineTags tags,
            InProcessSshServer server,
            SimulatedSetup setup,
            Path home,
            int destroyFailures) {
        this.ref = ref;
        this.tags = tags;
        this.server = server;
        this.setup = setup;
        this.home = home;
        this.shell = new HostShell(home, List.of(setup));
        this.destroyFailures = new AtomicInteger(destroyFailures);
    }

    /** How the engine knows it. */
    public MachineRef ref() {
        return ref;
    }

    /** What it is tagged with. */
    public MachineTags tags() {
        return tags;
    }

    /** Where its SSH server listens. */
    public HostAndPort address() {
        return server.address();
    }

    /** Who may log in. */
    public Accounts accounts() {
        return server.accounts();
    }

    /** The host name that the engine gave it, or empty. */
    public String hostName() {
        return setup.hostName();
    }

    /** Whether it has not died. */
    public boolean isRunning() {
        return !death.isDone();
    }

    /**
     * Restarts it, as a reboot does: what runs in it ends, its connections break, and its SSH server answers at the same
     * address again, later.
     *
     * @param silence how long nothing answers there
     */
    public synchronized void restart(Duration silence) {
        if (!isRunning()) {
            return;
        }
        shell.end("the in-process machine restarts");
        server.close();
        setup.booted();
        server = server.again(silence);
        shell = new HostShell(home, List.of(setup));
    }

    /** Ends commands that its provider runs in it, and lets none run any more: the provider says that sentence then. */
    public void breakCommands(String sentence) {
        shell.end(sentence);
    }

    /** Makes it die by itself: its connections break and its provider says so. */
    public synchronized void die(String sentence) {
        shell.end(sentence);
        server.close();
        death.complete(sentence);
    }

    /** Lets a machine be destroyed whose profile says that this fails. */
    public void repair() {
        destroyFailures.set(0);
    }

    /** Whether an attempt to destroy it fails; counts the attempt. */
    boolean refusesToGo() {
        return destroyFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    HostShell shell() {
        return shell;
    }

    CompletionStage<String> death() {
        return death.minimalCompletionStage();
    }

    synchronized void stop() {
        shell.end("the in-process machine was destroyed");
        server.close();
        death.complete("the in-process machine was destroyed");
    }
}
