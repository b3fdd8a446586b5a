package dev.allocator.testkit;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.Secret;
import dev.allocator.spi.Capability;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Place;
import dev.allocator.spi.ProcessSpec;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The in-process provider with one bug each. */
final class BrokenProviders {

    /** Each bug, by the name of the promise that it breaks. */
    static final Map<String, Class<? extends Bug>> ALL = Map.ofEntries(
            Map.entry("keysThatSoundSecretAreSecret", OpenToken.class),
            Map.entry("everySettingIsDescribed", NoDescription.class),
            Map.entry("openingDoesNothing", BusyOpen.class),
            Map.entry("planningCreatesNothing", PlanMakesFolder.class),
            Map.entry("theRefIsCompleteFromThePlanOn", RandomNames.class),
            Map.entry("namesDeriveFromTheMachineId", SameNames.class),
            Map.entry("theRefFitsIntoARecord", HugeRef.class),
            Map.entry("aPlanSaysWhatItTakes", StumblesInPlan.class),
            Map.entry("placesAreApart", SamePlaces.class),
            Map.entry("aLogInOfItsOwnIsDeclared", UndeclaredLogin.class),
            Map.entry("neitherLogInNorDataIsInARef", DataInRef.class),
            Map.entry("creatingAgainUsesTheMachine", CreateTwice.class),
            Map.entry("machinesCreatedAtOnceAreApart", DestroyAll.class),
            Map.entry("aMachineIsFoundFromItsFirstMomentOn", WrongOwner.class),
            Map.entry("everyRefDestroysTheMachine", NeedsFinalRef.class),
            Map.entry("whatCannotBeRecordedIsNotLeft", RecordsTooLate.class),
            Map.entry("onlyItsOwnFolderIsTouched", FilesElsewhere.class),
            Map.entry("theDeadlineIsObeyed", NoDeadline.class),
            Map.entry("anInterruptStopsItInEveryPhase", SwallowsInterrupts.class),
            Map.entry("destroyingAgainIsSuccess", GoneFails.class),
            Map.entry("destroyingStopsACreation", CreateRises.class),
            Map.entry("whatDiedCanBeDestroyed", KeepsTheDead.class),
            Map.entry("anInterruptedDestroyIsHonest", LosesInterrupt.class),
            Map.entry("whoCannotLookDoesNotSayGone", BlindIsGone.class),
            Map.entry("machinesOfOtherRealmsAreFoundAndLeftAlone", OwnRealmOnly.class),
            Map.entry("theListIsEmptyInTheEnd", ListsGhosts.class),
            Map.entry("capabilitiesAreHonest", ClaimsConsole.class),
            Map.entry("aDeathIsTold", NeverDead.class),
            Map.entry("theEngineCanUseIt", NoKeys.class),
            Map.entry("theAddressIsToldAtLast", FailedAddress.class),
            Map.entry("logsAreSavedAsOftenAsAskedFor", SavesOnce.class),
            Map.entry("cardsOfANetworkAreApart", BrokenNetworks.OneCard.class),
            Map.entry("aForwardedPortIsOpenUntilItIsNot", BrokenNetworks.KeepsPorts.class),
            Map.entry("nothingIsForwardedToAMachineThatIsGone", BrokenNetworks.MissesTheMachine.class),
            Map.entry("commandsRunAsRoot", BrokenShells.NobodysCommands.class),
            Map.entry("inputAndOutputsAreExact", BrokenShells.OneOutput.class),
            Map.entry("inputAndOutputStream", BrokenShells.OutputInTheEnd.class),
            Map.entry("theExitStatusIsTold", BrokenShells.MissingIsAnError.class),
            Map.entry("environmentAndInputStayOutOfArguments", BrokenShells.EnvironmentInArguments.class),
            Map.entry("aTimeLimitKillsTheCommand", BrokenShells.LeavesWhatIsSlow.class),
            Map.entry("anInterruptKillsTheCommand", BrokenShells.SwallowsInterrupts.class),
            Map.entry("nothingRunsInAMachineThatIsGone", BrokenShells.RunsInTheVoid.class),
            Map.entry("theDiagnosisIsSentences", BadDiagnosis.class),
            Map.entry("closingLeavesMachines", CloseKills.class),
            Map.entry("threadsEndWithTheProvider", KeepsThread.class),
            Map.entry("noSecretIsTold", TellsSecret.class),
            Map.entry("noSecretIsInAnError", ThrowsSecret.class),
            Map.entry("noSecretIsOpenToOthers", SecretArgument.class));

    private BrokenProviders() {}

    static class OpenToken extends Bug {
        @Override
        SettingsSchema settings() {
            return SettingsSchema.empty().optional("api-token", Kind.STRING, "what to log in with");
        }
    }

    static class NoDescription extends Bug {
        @Override
        SettingsSchema settings() {
            return SettingsSchema.empty().optional("region", Kind.STRING, "");
        }
    }

    static class BusyOpen extends Bug {
        @Override
        void opened() {
            makeFile(context, "opened");
        }
    }

    static class StumblesInPlan extends Bug {
        @Override
        public MachinePlan plan(MachineSpec spec) {
            throw new IllegalStateException("100% unexpected");
        }
    }

    static class PlanMakesFolder extends Bug {
        @Override
        public MachinePlan plan(MachineSpec spec) throws ProviderException {
            makeFile(context, spec.id().value());
            return super.plan(spec);
        }
    }

    static class RandomNames extends Bug {
        @Override
        public MachinePlan plan(MachineSpec spec) throws ProviderException {
            MachinePlan plan = super.plan(spec);
            return replan(plan, plan.ref().with("name", MachineId.random().value()));
        }
    }

    static class SameNames extends Bug {
        @Override
        public MachinePlan plan(MachineSpec spec) throws ProviderException {
            MachinePlan plan = super.plan(spec);
            return replan(plan, plan.ref().with("name", "the-machine"));
        }
    }

    static class HugeRef extends Bug {
        @Override
        public MachinePlan plan(MachineSpec spec) throws ProviderException {
            MachinePlan plan = super.plan(spec);
            return replan(plan, plan.ref().with("everything", "x".repeat(10_000)));
        }
    }

    static class SamePlaces extends Bug {
        @Override
        public MachinePlan plan(MachineSpec spec) throws ProviderException {
            MachinePlan plan = super.plan(spec);
            Place place = new Place("host", plan.claims());
            return new MachinePlan(spec, plan.ref(), plan.claims(), List.of(place, place), plan.description());
        }
    }

    static class UndeclaredLogin extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            Credentials login = Credentials.password("tester", Secret.of("canary-Owl12"));
            return giving(super.create(plan, creation), plan.ref(), Optional.of(login), Optional.empty());
        }
    }

    static class DataInRef extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            String token = "canary-Heron3";
            return giving(
                    super.create(plan, creation),
                    plan.ref().with("token", token),
                    Optional.empty(),
                    Optional.of(token.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static Machine giving(Machine machine, MachineRef ref, Optional<Credentials> login, Optional<byte[]> data) {
        return machine.toBuilder()
                .ref(ref)
                .login(login.orElse(null))
                .data(data.orElse(null))
                .attributes(Map.of())
                .build();
    }

    static class CreateTwice extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            Machine machine = super.create(plan, creation);
            int port = 1 + (int) (System.nanoTime() & 0x7fff);
            return with(machine, machine.ref(), Optional.of(new HostAndPort("127.0.0.1", port)));
        }
    }

    static class DestroyAll extends Bug {
        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            for (FoundMachine found : list()) {
                super.destroy(found.ref());
            }
            super.destroy(ref);
        }
    }

    static class WrongOwner extends Bug {
        @Override
        public List<FoundMachine> list() throws ProviderException {
            return super.list().stream()
                    .map(found -> new FoundMachine(
                            found.ref(), found.realm(), Optional.of("me"), found.expires(), found.description()))
                    .toList();
        }
    }

    static class NeedsFinalRef extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            Machine machine = super.create(plan, creation);
            return with(machine, plan.ref().with("cloud-id", "i-1"), machine.address());
        }

        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            if (ref.data().containsKey("cloud-id")) {
                super.destroy(ref);
            }
        }
    }

    static class RecordsTooLate extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            Machine machine = super.create(plan, creation);
            creation.record(plan.ref().with("cloud-id", "i-1"));
            return machine;
        }

        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            if (ref.data().containsKey("cloud-id")) {
                super.destroy(ref);
            }
        }
    }

    static class FilesElsewhere extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            makeFile(context, "shared-database");
            return super.create(plan, creation);
        }
    }

    static class NoDeadline extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            return super.create(plan, ContractCreation.within(Duration.ofHours(1), creation.claim()));
        }
    }

    static class SwallowsInterrupts extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            try {
                return super.create(plan, creation);
            } catch (InterruptedException e) {
                throw new ProviderException("interrupted while the machine was created", e);
            }
        }
    }

    static class GoneFails extends Bug {
        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            if (check(ref).state() == MachineHealth.State.GONE) {
                throw new ProviderException("there is no machine " + ref.machine());
            }
            super.destroy(ref);
        }
    }

    /** Takes what is not there yet for gone. */
    static class CreateRises extends Bug {
        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            if (check(ref).state() != MachineHealth.State.GONE) {
                super.destroy(ref);
            }
        }
    }

    static class KeepsTheDead extends Bug {
        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            if (check(ref).state() != MachineHealth.State.STOPPED) {
                super.destroy(ref);
            }
        }
    }

    static class LosesInterrupt extends Bug {
        @Override
        public void destroy(MachineRef ref) throws ProviderException {
            Thread.interrupted();
            super.destroy(ref);
        }
    }

    static class BlindIsGone extends Bug {
        @Override
        public MachineHealth check(MachineRef ref) throws ProviderException {
            try {
                context.processes().tagged();
                return super.check(ref);
            } catch (IOException e) {
                return new MachineHealth(MachineHealth.State.GONE, "there is no process of it");
            }
        }
    }

    static class OwnRealmOnly extends Bug {
        @Override
        public List<FoundMachine> list() throws ProviderException {
            return super.list().stream()
                    .filter(found -> found.realm().equals(context.realm()))
                    .toList();
        }
    }

    static class ListsGhosts extends Bug {
        @Override
        public List<FoundMachine> list() throws ProviderException {
            MachineRef ghost = new MachineRef(context.instance(), MachineId.random(), Map.of());
            List<FoundMachine> all = new java.util.ArrayList<>(super.list());
            all.add(new FoundMachine(ghost, context.realm(), Optional.empty(), Optional.empty(), "a ghost of it"));
            return all;
        }
    }

    static class ClaimsConsole extends Bug {
        @Override
        public Set<Capability> capabilities() {
            return Set.of(Capability.LIST, Capability.BOOTSTRAP, Capability.CONSOLE);
        }
    }

    static class NeverDead extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            Machine machine = super.create(plan, creation);
            return machine.toBuilder()
                    .attributes(Map.of())
                    .death(CompletableFuture.completedFuture("no"))
                    .build();
        }
    }

    /** Makes machines with keys of its own. */
    static class NoKeys extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            return super.create(
                    plan,
                    new ContractCreation(
                            creation.deadline(), Optional.of(new Canaries().bootstrap()), creation.claim(), ref -> {}));
        }
    }

    static class FailedAddress extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            return super.create(plan, creation).toBuilder()
                    .located(CompletableFuture.failedStage(new IOException("no lease")))
                    .build();
        }
    }

    static class SavesOnce extends Bug {
        @Override
        public void saveLogs(MachineRef ref) {
            try {
                Files.createFile(context.directory(ref.machine()).resolve("machine.log"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static class BadDiagnosis extends Bug {
        @Override
        public List<Diagnosis> diagnose() {
            return List.of(new Diagnosis(Diagnosis.Severity.WARNING, "ERR\n42"));
        }
    }

    static class CloseKills extends Bug {
        @Override
        public void close() {
            try {
                for (FoundMachine found : list()) {
                    destroy(found.ref());
                }
            } catch (ProviderException e) {
                throw new AssertionError(e);
            }
        }
    }

    static class KeepsThread extends Bug {
        @Override
        void opened() {
            Thread thread = new Thread(() -> java.util.concurrent.locks.LockSupport.parkNanos(40_000_000_000L));
            thread.setDaemon(true);
            thread.start();
        }
    }

    static class TellsSecret extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            creation.progress("logging in with " + secret());
            return super.create(plan, creation);
        }
    }

    static class ThrowsSecret extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            try {
                return super.create(plan, creation);
            } catch (ProviderException e) {
                throw new ProviderException("cannot create it", new IOException("GET /?token=" + secret(), e));
            }
        }
    }

    static class SecretArgument extends Bug {
        @Override
        public Machine create(MachinePlan plan, CreateContext creation) throws ProviderException, InterruptedException {
            try {
                context.processes()
                        .start(ProcessSpec.of(List.of("sh", "-c", "sleep 3", secret()))
                                .machine(plan.ref().machine()));
            } catch (IOException e) {
                throw new ProviderException("no shell", e);
            }
            return super.create(plan, creation);
        }
    }

    private static MachinePlan replan(MachinePlan plan, MachineRef ref) {
        return new MachinePlan(plan.spec(), ref, plan.claims(), plan.description());
    }

    private static void makeFile(ProviderContext context, String name) {
        try {
            Files.createDirectories(context.directories());
            Files.writeString(context.directories().resolve(name), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
