package dev.allocator.script.adhoc;

import dev.allocator.MachineId;
import dev.allocator.script.hook.Hook;
import dev.allocator.script.hook.HookFolder;
import dev.allocator.script.hook.HookResult;
import dev.allocator.script.hook.HookRun;
import dev.allocator.script.hook.HookRunner;
import dev.allocator.script.hook.KeptSecrets;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.ProviderException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs the two scripts of an instance. */
final class AdhocHooks {

    private static final int ENDED_BY_FUNCTION = 213;

    private final AdhocSettings settings;
    private final HookRunner runner;

    AdhocHooks(AdhocSettings settings, HookRunner runner) {
        this.settings = settings;
        this.runner = runner;
    }

    /** Runs {@code allocate}, whatever comes of it. */
    HookResult allocate(
            MachineId machine,
            HookFolder folder,
            KeptSecrets secrets,
            Path log,
            Deadline deadline,
            Consumer<String> progress)
            throws IOException, InterruptedException {
        Hook.Builder hook = hook(AdhocSettings.ALLOCATE, settings.allocate(), machine, secrets, log, "");
        return runner.run(hook.creating().build(), folder, deadline, progress);
    }

    /** The addresses that a run printed and that nobody has discarded yet. */
    List<String> owed(HookRun run) throws IOException {
        List<String> owed = new ArrayList<>();
        for (String address : AdhocOutput.addresses(run)) {
            if (!Files.exists(marker(run, address))) {
                owed.add(address);
            }
        }
        return owed;
    }

    /** Runs {@code discard} for an address of a run of {@code allocate}, unless that was done. */
    void discard(
            MachineId machine,
            HookFolder folder,
            HookRun run,
            String address,
            KeptSecrets secrets,
            Path log,
            Deadline deadline)
            throws ProviderException, IOException, InterruptedException {
        if (settings.discard().isEmpty()) {
            return;
        }
        Path marker = marker(run, address);
        Hook.Builder hook = hook(AdhocSettings.DISCARD, settings.discard(), machine, secrets, log, address);
        HookResult result =
                runner.run(hook.once(marker, KeptSecrets.file(folder)).build(), folder, deadline, line -> {});
        try {
            requireNoComplaint(result, "discard of " + address);
        } catch (ProviderException e) {
            Files.deleteIfExists(marker); // status 0 is not all that counts
            throw e;
        }
    }

    /** Throws what a script complains of: in its output, by its exit status, or because it had to be stopped. */
    static void requireNoComplaint(HookResult result, String what) throws ProviderException, IOException {
        if (!result.succeeded()
                && (result.status() != ENDED_BY_FUNCTION || result.timedOut().isPresent())) {
            throw result.failure();
        }
        AdhocOutput output = AdhocOutput.of(result.run());
        Map<String, String> said = result.succeeded()
                ? output.results()
                : output.last().map(last -> Map.of(last.name(), last.value())).orElse(Map.of());
        String fatal = said.get("FATAL");
        String error = said.get("ERROR");
        // With status 0 one without a text says nothing, as in spread.
        if (fatal != null && !(fatal.isEmpty() && result.succeeded())) {
            throw new ProviderException(Kind.FINAL, complaint(result, what, "FATAL", fatal), null);
        }
        if (error != null && !(error.isEmpty() && result.succeeded())) {
            throw new ProviderException(Kind.RETRYABLE, complaint(result, what, "ERROR", error), null);
        }
        if (!result.succeeded()) {
            throw result.failure();
        }
    }

    private static String complaint(HookResult result, String what, String name, String text) {
        return result.remark(what + " said " + name + (text.isEmpty() ? " without a reason" : ": " + text));
    }

    private Hook.Builder hook(
            String name, String script, MachineId machine, KeptSecrets secrets, Path log, String address) {
        AdhocLogin login = AdhocLogin.of(secrets);
        return Hook.named(name, AdhocScript.COMMAND, settings.directory())
                .input(run -> AdhocScript.of(script, login.variables(settings.backend(), address), run.results()))
                .environment(secrets.environment())
                .masking(login.masking())
                .machine(machine)
                .log(log);
    }

    /** The file that says that an address, which may hold any character, was discarded. */
    private static Path marker(HookRun run, String address) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8));
            return run.file("discarded-" + HexFormat.of().formatHex(digest, 0, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
