package dev.allocator.script.commands;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.script.hook.Masking;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachineHealth.State;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import dev.allocator.spi.TaggedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at machines. */
final class Inquiry {

    private final ProviderContext context;
    private final Commands commands;

    Inquiry(ProviderContext context, Commands commands) {
        this.context = context;
        this.commands = commands;
    }

    /** Those that {@code list} names, and those that a command of this realm works at. */
    List<FoundMachine> list(ShellLine line) throws ProviderException {
        // The processes first: what they are about to make may not be there yet, but they do not end without making it.
        Map<MachineId, FoundMachine> found = new LinkedHashMap<>();
        tagged().stream()
                .filter(process -> process.realm().equals(context.realm())
                        && Files.isDirectory(context.directoryPath(process.machine())))
                .forEach(process -> found.put(process.machine(), busy(process)));
        byte[] request = Request.list(context.instance(), context.realm());
        byte[] printed = commands.ask(commands.question(line, request), line, Optional.empty());
        try {
            ListAnswer.read(printed, context.instance())
                    .forEach(machine -> found.put(machine.ref().machine(), machine));
        } catch (BadAnswer e) {
            throw Commands.wrongAnswer(line, e, Masking.of(Set.of()));
        }
        return new ArrayList<>(found.values());
    }

    private FoundMachine busy(TaggedProcess process) {
        return new FoundMachine(
                new MachineRef(context.instance(), process.machine(), Map.of()),
                process.realm(),
                Optional.empty(),
                Optional.empty(),
                "a command for it runs as process " + process.process().pid());
    }

    private List<TaggedProcess> tagged() throws ProviderException {
        try {
            return context.processes().tagged();
        } catch (IOException e) {
            throw new ProviderException(Kind.RETRYABLE, "cannot look at processes: " + e.getMessage(), e);
        }
    }

    /** What {@code check} says. */
    MachineHealth check(MachineRef ref, ShellLine line) throws ProviderException {
        HookFolder folder = new HookFolder(context.directoryPath(ref.machine()));
        Masking masking = Masking.of(Set.of());
        try {
            Optional<KeptSecrets> kept = KeptSecrets.load(folder);
            KnownFacts facts = KnownFacts.of(ref).and(new Made(folder).facts());
            masking = Made.masking(kept, facts);
            RealmId realm = KnownFacts.realm(ref).orElseGet(context::realm);
            byte[] request = Request.about("check", context.instance(), ref.machine(), realm, facts);
            Optional<Path> parent = folder.exists() ? Optional.of(folder.path()) : Optional.empty();
            return CheckAnswer.read(
                    commands.ask(commands.about(ref.machine(), "check", line, kept, facts, request), line, parent));
        } catch (IOException e) {
            throw Commands.cannotRun(line, e);
        } catch (BadAnswer e) {
            throw Commands.wrongAnswer(line, e, masking);
        }
    }

    /** What can be said without {@code check}. */
    MachineHealth check(MachineRef ref) throws ProviderException {
        Made made = new Made(new HookFolder(context.directoryPath(ref.machine())));
        if (Files.exists(made.gone())) {
            return new MachineHealth(State.GONE, "it was destroyed");
        }
        if (made.folder().exists()) {
            return made.isCreated() && !made.folder().isEnded()
                    ? new MachineHealth(
                            State.RUNNING, "it was created and not destroyed; there is no 'check' that would know more")
                    : new MachineHealth(
                            State.STOPPED, "its creation has not succeeded or its destruction has begun; it may exist");
        }
        boolean busy = tagged().stream()
                .anyMatch(process -> process.machine().equals(ref.machine())
                        && process.realm().equals(context.realm()));
        return busy
                ? new MachineHealth(State.STOPPED, "it has no folder, but processes of it run")
                : new MachineHealth(State.GONE, "it was never created, or it was destroyed");
    }
}
