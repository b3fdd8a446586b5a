package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.ProvisioningException;
import dev.allocator.Readiness;
import dev.allocator.ReadinessTimeoutException;
import dev.allocator.Secret;
import dev.allocator.core.lease.LeaseSecrets;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Located;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Addresses and commands that come later, and what a provider says in the end, by a provider that does as it is told. */
class LateMachinesTest extends ScriptedEngine {

    private static final Command ROOT = Command.of("true").asRoot();
    private final CompletableFuture<Located> located = new CompletableFuture<>();
    private final CompletableFuture<String> death = new CompletableFuture<>();
    private final CompletableFuture<String> commands = new CompletableFuture<>();
    private final List<Command> run = new CopyOnWriteArrayList<>();

    private ExecResult succeed(Command command) {
        run.add(command);
        return new ExecResult(command.words().get(0), 0, "", "", Duration.ZERO);
    }

    /** A machine in which commands can be run, and nothing else. */
    private void commandsOnly() {
        provider.capabilities = Set.of(Capability.LIST, Capability.EXEC);
        provider.details = builder -> builder.commands(commands);
        provider.exec = this::succeed;
    }

    private Allocator open(Profile.Builder profile) {
        return open(options().profile(profile.build()));
    }

    private static Profile.Builder named(String name) {
        return Profile.named(name, "scripted");
    }

    private static Profile.Builder prepared() {
        return named("prepared").readiness(Readiness.none()).setup("true");
    }

    private static AllocationRequest within(String profile, Duration timeout) {
        return AllocationRequest.forProfile(profile).timeout(timeout).build();
    }

    @Test
    void commandsAloneAreEnoughWhereNobodyHasToLogIn() {
        commandsOnly();
        commands.complete("");
        Lease lease = open(prepared()).allocate("prepared");
        assertThat(run).isNotEmpty().allMatch(command -> command.runsAsRoot());
        assertThat(run.toString()).doesNotContain("PRIVATE");
        int before = run.size();
        lease.exec(ROOT).orThrow();
        assertThat(run).hasSize(before + 1);
    }

    @Test
    void aProviderThatNeitherPlantsNorRunsCommandsNeedsALogIn() {
        assertThatThrownBy(() -> open(prepared()).allocate("prepared"))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("names no login");
        assertThat(provider.creates).hasValue(0);
    }

    @Test
    void commandsThatNeverWorkAreWaitedForUntilTheDeadline() {
        commandsOnly();
        assertThatThrownBy(() -> open(prepared()).allocate(within("prepared", Duration.ofSeconds(10))))
                .isInstanceOf(ReadinessTimeoutException.class)
                .hasMessageContaining("no command could be run in the machine within 10s");
        assertNothingLeft();
    }

    @Test
    void aDeathEndsTheWaitForCommands() {
        commandsOnly();
        provider.details = builder -> builder.commands(commands).death(death);
        CompletableFuture<Lease> allocation = open(prepared()).allocateAsync(within("prepared", SOON));
        await().atMost(SOON).until(() -> !provider.machines.isEmpty());
        death.complete("the machine fell over");
        assertThatThrownBy(allocation::join)
                .cause()
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("the machine fell over");
        assertNothingLeft();
    }

    @Test
    void whatAProviderThrowsInACommandNamesTheScript() {
        commandsOnly();
        commands.complete("");
        for (Exception failure :
                List.of(new ProviderException("the daemon is away"), new IllegalStateException("the daemon is away"))) {
            provider.exec = command -> {
                if (failure instanceof ProviderException known) {
                    throw known;
                }
                throw (RuntimeException) failure;
            };
            assertThatThrownBy(() -> open(prepared()).allocate("prepared"))
                    .isInstanceOf(ProvisioningException.class)
                    .hasMessageContaining("waiting for cloud-init was cut off: cannot run '/bin/sh' in machine ")
                    .hasMessageContaining("the daemon is away");
        }
        assertNothingLeft();
    }

    @Test
    void attributesThatComeWithTheAddressAreAdded() {
        provider.details = builder -> builder.located(located).attributes(Map.of("kind", "container"));
        located.complete(new Located(new HostAndPort("192.0.2.7", 22), Map.of("ipv4", "192.0.2.7")));
        Lease lease = open().allocate("demo");
        assertThat(lease.info().address()).contains(new HostAndPort("192.0.2.7", 22));
        assertThat(lease.attributes()).containsOnly(Map.entry("kind", "container"), Map.entry("ipv4", "192.0.2.7"));
    }

    @Test
    void aMachineWithoutAnyAddressCannotBeLoggedInTo() {
        Profile.Builder profile = named("login").login(Credentials.password("tester", Secret.of("secret")));
        assertThatThrownBy(() -> open(profile).allocate("login"))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("made a machine without an address");
        assertNothingLeft();
    }

    @Test
    void logsAreSavedBeforeAFailedMachineIsDestroyed() {
        provider.details = builder -> builder.located(located).death(death);
        death.complete("the machine fell over");
        AtomicInteger destroyedBefore = new AtomicInteger(-1);
        provider.saveLogs = machine -> destroyedBefore.set(provider.destroys.get());
        assertThatThrownBy(this::allocateInVain).isInstanceOf(ProvisioningException.class);
        assertThat(destroyedBefore).hasValue(0);
        assertThat(provider.destroys).hasValueGreaterThan(0);
        assertNothingLeft();
    }

    @Test
    void logsAreSavedOfAMachineThatWasMadeInPart() {
        provider.create = ScriptedProvider.failing("it does not start");
        AtomicInteger destroyedBefore = new AtomicInteger(-1);
        provider.saveLogs = machine -> destroyedBefore.set(provider.destroys.get());
        assertThatThrownBy(this::allocateInVain).hasMessageContaining("it does not start");
        assertThat(destroyedBefore).hasValue(0);
        assertNothingLeft();
    }

    private void allocateInVain() {
        open(named("login").login(Credentials.password("tester", Secret.of("secret"))))
                .allocate(within("login", SOON));
    }

    @Test
    void savingLogsMayFail() {
        provider.details = builder -> builder.located(located).death(death);
        death.complete("the machine fell over");
        for (RuntimeException failure : List.of(new IllegalStateException("no"), new AllocatorBug())) {
            provider.saveLogs = machine -> {
                throw failure;
            };
            assertThatThrownBy(this::allocateInVain)
                    .isInstanceOf(AllocationException.class)
                    .hasMessageContaining("the machine fell over");
        }
        provider.saveLogs = ScriptedProvider.failing("the daemon is away");
        assertThatThrownBy(this::allocateInVain).hasMessageContaining("the machine fell over");
        assertNothingLeft();
    }

    private static final class AllocatorBug extends dev.allocator.AllocatorException {
        private static final long serialVersionUID = 1L;

        AllocatorBug() {
            super("a bug", null);
        }
    }

    @Test
    void noLogsAreSavedOfWhatWasCancelled() {
        provider.details = builder -> builder.located(located);
        AtomicInteger saved = new AtomicInteger();
        provider.saveLogs = machine -> saved.incrementAndGet();
        Allocator allocator = open(named("login").login(Credentials.password("tester", Secret.of("secret"))));
        CompletableFuture<Lease> allocation = allocator.allocateAsync(within("login", SOON));
        await().atMost(SOON).until(() -> !provider.machines.isEmpty());
        allocation.cancel(true);
        awaitNothingLeft();
        assertThat(saved).hasValue(0);
    }

    @Test
    void cancellingInterruptsACommand() throws Exception {
        commandsOnly();
        commands.complete("");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        provider.exec = command -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return succeed(command);
        };
        CompletableFuture<Lease> allocation = open(prepared()).allocateAsync(within("prepared", SOON));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        allocation.cancel(true);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        awaitNothingLeft();
    }

    @Test
    void secretsOfAnOlderVersionAreRead() {
        commandsOnly();
        commands.complete("");
        Lease lease = open(prepared()).allocate("prepared");
        try (Store store = store()) {
            assertThat(LeaseSecrets.load(store, lease.id()).orElseThrow().throughProvider())
                    .isTrue();
            store.putBlob(
                    "lease-" + lease.id(),
                    "{\"format\":1,\"user\":{\"user\":\"u\",\"password\":\"p\"}}".getBytes(StandardCharsets.UTF_8));
            LeaseSecrets old = LeaseSecrets.load(store, lease.id()).orElseThrow();
            assertThat(old.throughProvider()).isFalse();
            assertThat(old.user()).isEqualTo(Optional.of(Credentials.password("u", Secret.of("p"))));
        }
    }
}
