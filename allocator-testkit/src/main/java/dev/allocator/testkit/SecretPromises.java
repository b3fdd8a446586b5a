package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.spi.Bootstrap;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** That secrets stay secret. */
abstract class SecretPromises extends NetworkPromises {

    private final Canaries canaries = new Canaries();

    /** {@code MachineRef}, {@code ProviderException}, …: nothing that a provider returns, throws or tells is secret. */
    @Test
    protected void noSecretIsTold() throws Exception {
        ProviderBench secretive = openWithSecrets(profile());
        MachinePlan plan = planWithKeys(secretive);
        ContractCreation creation = creation(createLimit(), plan);
        Machine machine = secretive.provider().create(plan, creation);
        canaries.assertNotIn("the plan's ref", plan.ref().toString());
        canaries.assertNotIn("the plan's description", plan.description());
        creation.progress().forEach(line -> canaries.assertNotIn("a line of progress", line));
        creation.recorded().forEach(ref -> canaries.assertNotIn("a recorded ref", ref.toString()));
        canaries.assertNotIn("the machine", machine.toString());
        canaries.assertNotIn("check()", secretive.provider().check(plan.ref()).message());
        if (can(Capability.LIST)) {
            for (FoundMachine found : secretive.provider().list()) {
                canaries.assertNotIn("list()", found.toString());
            }
        }
        for (Diagnosis diagnosis : secretive.provider().diagnose()) {
            canaries.assertNotIn("diagnose()", diagnosis.message());
        }
        canaries.assertNotIn("toString()", secretive.provider().toString());
        destroyCompletely(secretive, plan.ref());
    }

    /** {@code Machine}: log-in and data may be secret, and a ref never is. */
    @Test
    protected void neitherLogInNorDataIsInARef() throws Exception {
        MachinePlan plan = plan();
        ContractCreation creation = creation(plan);
        Machine machine = bench.provider().create(plan, creation);
        Canaries given = new Canaries();
        machine.login().ifPresent(given::addLogin);
        machine.data()
                .map(data -> new String(data, StandardCharsets.UTF_8).strip())
                .filter(data -> !isAddressOf(data, machine))
                .ifPresent(data -> given.add("the machine's data", data));
        List<MachineRef> refs = new ArrayList<>(List.of(machine.ref()));
        refs.addAll(creation.recorded());
        if (can(Capability.LIST)) {
            found(bench.provider(), plan.ref().machine()).map(FoundMachine::ref).ifPresent(refs::add);
        }
        refs.forEach(ref -> given.assertNotIn(SpiSentence.DATA, "a ref", ref.toString()));
        destroyCompletely(bench, plan.ref());
    }

    private static boolean isAddressOf(String data, Machine machine) {
        return machine.address()
                .filter(address -> data.equals(address.toString()) || data.equals(address.host()))
                .isPresent();
    }

    /** {@code ProviderException}: it may name host and tool, never a secret. */
    @Test
    protected void noSecretIsInAnError() throws Exception {
        Profile profile = slowProfile().orElseGet(this::profile);
        ProviderBench secretive = openWithSecrets(profile);
        MachinePlan plan = planWithKeys(secretive);
        CreateAttempt hasty = CreateAttempt.start(secretive.provider(), plan, creation(Duration.ofMillis(20), plan));
        hasty.awaitEnd(createLimit(), SpiSentence.DEADLINE.broken("create does not end"));
        canaries.assertNotIn("an error of create", hasty.failure());
        secretive.destroy(plan.ref());
        CreateAttempt late = CreateAttempt.start(secretive.provider(), plan, creation(createLimit(), plan));
        Eventually.pause(Duration.ofMillis(50));
        secretive.destroy(plan.ref());
        late.awaitEnd(createLimit(), SpiSentence.DESTROY_WHILE.broken("create does not end"));
        canaries.assertNotIn("an error of create", late.failure());
        destroyCompletely(secretive, plan.ref());
        if (impossibleProfile().isPresent()) {
            ProviderBench impossible = openWithSecrets(impossibleProfile().get());
            canaries.assertNotIn(
                    "an error of plan",
                    catchThrowable(() -> impossible.provider().plan(impossible.spec())));
        }
    }

    /** {@code ProcessSpec}: arguments are world-readable, and so are files unless somebody takes care. */
    @Test
    protected void noSecretIsOpenToOthers() throws Exception {
        ProviderBench secretive = openWithSecrets(slowProfile().orElseGet(this::profile));
        MachinePlan plan = planWithKeys(secretive);
        CreateAttempt attempt = CreateAttempt.start(secretive.provider(), plan, creation(createLimit(), plan));
        while (!attempt.isOver()) {
            look(secretive);
        }
        Machine machine = attempt.require();
        look(secretive);
        machine.console().ifPresent(console -> canaries.assertNotIn("the console", Canaries.read(console)));
        destroyCompletely(secretive, plan.ref());
        look(secretive);
    }

    private void look(ProviderBench secretive) throws Exception {
        canaries.assertNotInProcesses();
        try {
            canaries.assertNotInPublicFiles(secretive.stateDirectory());
            canaries.assertNotInPublicFiles(secretive.context().cacheDirectory());
        } catch (java.io.UncheckedIOException | java.nio.file.NoSuchFileException e) {
            // Files come and go; the last look sees those that stayed.
            return;
        }
    }

    private ProviderBench openWithSecrets(Profile profile) throws Exception {
        Map<String, Object> settings = new LinkedHashMap<>(settingsWithSecrets(canaries.text()));
        if (slowProfile().isPresent()) {
            settings.putAll(slowSettings());
        }
        canaries.addSettings(factory().settings(), settings);
        canaries.addSettings(factory().profileSettings(), profile.settings());
        profile.login().ifPresent(canaries::addLogin);
        return open(describe(profile, settings).realm(bench.context().realm()));
    }

    private MachinePlan planWithKeys(ProviderBench on) throws Exception {
        return remember(on.provider().plan(on.spec(MachineId.random(), can(Capability.BOOTSTRAP))));
    }

    private ContractCreation creation(Duration limit, MachinePlan plan) {
        Optional<Bootstrap> bootstrap =
                plan.spec().needsBootstrap() ? Optional.of(canaries.bootstrap()) : Optional.empty();
        return new ContractCreation(Deadline.in(limit), bootstrap, claim(plan), ref -> {});
    }
}
