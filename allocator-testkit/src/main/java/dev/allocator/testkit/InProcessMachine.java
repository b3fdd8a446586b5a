package dev.allocator.testkit;

import dev.allocator.HostAndPort;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineTags;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A machine of an {@link InProcessHost}. */
public final class InProcessMachine {

    private final MachineRef ref;
    private final MachineTags tags;
    private final InProcessSshServer server;
    private final SimulatedSetup setup;
    private final CompletableFuture<String> death = new CompletableFuture<>();
    private volatile boolean destroyable;

    InProcessMachine(
            MachineRef ref, MachineTags tags, InProcessSshServer server, SimulatedSetup setup, boolean destroyable) {
        this.ref = ref;
        this.tags = tags;
        this.server = server;
        this.setup = setup;
        this.destroyable = destroyable;
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

    /** Makes it die by itself: its connections break and its provider says so. */
    public void die(String sentence) {
        server.close();
        death.complete(sentence);
    }

    /** Lets a machine be destroyed whose profile says that this fails. */
    public void repair() {
        destroyable = true;
    }

    boolean isDestroyable() {
        return destroyable;
    }

    CompletionStage<String> death() {
        return death.minimalCompletionStage();
    }

    void stop() {
        server.close();
        death.complete("the in-process machine was destroyed");
    }
}
