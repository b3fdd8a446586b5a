package dev.allocator.script.commands;

import dev.allocator.Credentials;
import dev.allocator.Durations;
import dev.allocator.MachineId;
import dev.allocator.Readiness.Level;
import dev.allocator.script.hook.Hook;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookProcesses;
import dev.allocator.script.hook.HookResult;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.script.hook.Masking;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Creates one machine: runs {@code create} until it succeeds, and {@code destroy} after each failure. */
final class Creation {

    private static final long STEP_MILLIS = 200;

    private final ProviderContext provider;
    private final Commands commands;
    private final MachinePlan plan;
    private final CreateContext context;
    private final MachineId machine;
    private final Made made;

    Creation(ProviderContext provider, Commands commands, MachinePlan plan, CreateContext context) {
        this.provider = provider;
        this.commands = commands;
        this.plan = plan;
        this.context = context;
        this.machine = plan.spec().id();
        this.made = new Made(new HookFolder(provider.directory(machine)));
    }

    Machine run() throws ProviderException, InterruptedException {
        ShellLine line = commands.settings().create();
        Masking masking = Masking.of(List.of());
        try {
            KeptSecrets kept = keptOrNew();
            masking = Made.masking(Optional.of(kept), KnownFacts.NONE);
            boolean begun = !made.folder().runs(Made.CREATE).isEmpty();
            if (begun) {
                new HookProcesses(provider)
                        .awaitOrEnd(
                                machine,
                                made.folder(),
                                Made.CREATE,
                                context.deadline().remaining());
            }
            if (made.isCreated()) {
                requireNotEnded();
                return machine(kept, answer(kept, made.printed().orElse(new byte[0])), false);
            }
            return create(kept, begun);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            requireNotEnded();
            throw Commands.cannotRun(line, e);
        } catch (BadAnswer e) {
            throw Commands.wrongAnswer(line, e, masking);
        }
    }

    private KeptSecrets keptOrNew() throws IOException {
        Optional<KeptSecrets> kept = KeptSecrets.load(made.folder());
        if (kept.isPresent()) {
            return kept.get();
        }
        KeptSecrets fresh = Made.secrets(
                provider.environment(),
                Login.of(plan.spec()),
                commands.settings().create().directory());
        fresh.save(made.folder());
        return fresh;
    }

    private Machine create(KeptSecrets kept, boolean begun)
            throws ProviderException, IOException, BadAnswer, InterruptedException {
        boolean dirty = begun;
        for (int attempt = 1; true; attempt++) {
            ProviderException failure;
            try {
                if (dirty) {
                    undo(kept);
                }
                dirty = true;
                return attempt(kept);
            } catch (ProviderException e) {
                requireNotEnded();
                failure = e;
            }
            Duration delay = commands.settings().times().delayAfter(attempt);
            if (failure.kind() != Kind.RETRYABLE
                    || context.deadline().remaining().compareTo(delay) <= 0) {
                throw failure;
            }
            context.progress(failure.getMessage() + "; trying again in " + Durations.format(delay));
            pause(delay);
        }
    }

    private Machine attempt(KeptSecrets kept) throws ProviderException, IOException, BadAnswer, InterruptedException {
        ShellLine line = commands.settings().create();
        byte[] request = Request.create(provider.instance(), plan.spec(), Made.credentials(kept));
        HookResult result = run(commands.about(machine, Made.CREATE, line, Optional.of(kept), KnownFacts.NONE, request)
                .log(log("create.log"))
                .answering());
        if (!result.succeeded()) {
            throw Commands.failure(line, result);
        }
        CreateAnswer answer = answer(kept, Made.printed(result.run()).orElse(new byte[0]));
        made.created();
        requireNotEnded();
        return machine(kept, answer, true);
    }

    private void undo(KeptSecrets kept) throws ProviderException, IOException, InterruptedException {
        ShellLine line = commands.settings().destroy();
        KnownFacts facts = made.facts();
        byte[] request = Request.about(Made.DESTROY, provider.instance(), machine, provider.realm(), facts);
        HookResult result = run(commands.about(machine, Made.DESTROY, line, Optional.of(kept), facts, request)
                .log(log("destroy.log")));
        if (!result.succeeded()) {
            throw Commands.failure(line, result);
        }
    }

    private Path log(String name) throws ProviderException, IOException {
        Path log = provider.log(machine, name);
        // Whoever destroyed the machine may have removed its folder before the log's was made.
        if (KeptSecrets.load(made.folder()).isEmpty()) {
            throw ended();
        }
        return log;
    }

    private HookResult run(Hook.Builder hook) throws ProviderException, IOException, InterruptedException {
        Deadline deadline = context.deadline();
        if (deadline.expired()) {
            throw new ProviderException(Kind.RETRYABLE, "there is no time left to create machine " + machine, null);
        }
        return commands.runner().run(hook.creating().build(), made.folder(), deadline, context::progress);
    }

    private CreateAnswer answer(KeptSecrets kept, byte[] printed) throws BadAnswer, IOException {
        MachineSpec spec = plan.spec();
        boolean needsLogin = spec.profile().readiness().level() != Level.NONE
                || !spec.profile().setup().isEmpty();
        return CreateAnswer.read(
                printed, needsLogin, Optional.of(Made.credentials(kept).user()));
    }

    private Machine machine(KeptSecrets kept, CreateAnswer answer, boolean isNew) throws IOException {
        MachineRef ref = KnownFacts.of(answer).ref(provider.instance(), machine, Optional.empty());
        if (isNew && !ref.equals(plan.ref())) {
            context.record(ref);
        }
        Credentials asked = Made.credentials(kept);
        // Nobody watches it: a death is not noticed.
        return Machine.builder(ref)
                .address(answer.endpoint().orElse(null))
                .attributes(answer.attributes())
                .login(answer.login().orElse(asked))
                .data(answer.data().orElse(null))
                .build();
    }

    private void requireNotEnded() throws ProviderException {
        if (made.folder().isEnded()) {
            throw ended();
        }
    }

    private ProviderException ended() {
        return new ProviderException("machine " + machine + " was discarded while it was being created");
    }

    /** Waits, unless somebody discards the machine. */
    private void pause(Duration delay) throws ProviderException, InterruptedException {
        Deadline end = Deadline.in(delay);
        while (!end.expired()) {
            boolean unused = new CountDownLatch(1)
                    .await(Math.min(STEP_MILLIS, end.remaining().toMillis() + 1), TimeUnit.MILLISECONDS);
            requireNotEnded();
        }
    }
}
