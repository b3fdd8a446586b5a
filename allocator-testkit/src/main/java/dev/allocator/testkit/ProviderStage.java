package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.RealmId;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Claim;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens providers for the promises, and takes everything away again. */
abstract class ProviderStage extends ProviderHooks {

    private static final Logger LOG = LoggerFactory.getLogger("dev.allocator.testkit.ProviderContract");

    /** How long something may take to show or to vanish after the call that did it returned. */
    Duration soon() {
        return Duration.ofSeconds(20);
    }

    /** How long nothing may appear any more. */
    static final Duration QUIET = Duration.ofMillis(300);

    private final List<ProviderBench> benches = new ArrayList<>();
    private final ContractClaims claims = new ContractClaims();
    private final List<MachineRef> planned = new CopyOnWriteArrayList<>();

    @TempDir
    Path temporary;

    /** The provider that most promises ask. */
    ProviderBench bench;

    @Override
    protected final Path folder() {
        return temporary;
    }

    @BeforeEach
    void openProvider() throws Exception {
        bench = open(RealmId.random());
    }

    @AfterEach
    void destroyWhatIsLeft() {
        Thread.interrupted();
        for (MachineRef ref : planned) {
            try {
                bench.provider().destroy(ref);
            } catch (ProviderException | RuntimeException e) {
                LOG.warn("machine {} may be left: {}", ref.machine(), e.toString());
            }
        }
        benches.forEach(ProviderBench::close);
    }

    ProviderBench.Builder describe(Profile profile, Map<String, Object> settings) {
        return ProviderBench.of(factory(), profile, folder()).settings(settings);
    }

    ProviderBench open(RealmId realm) throws ProviderException {
        return open(describe(profile(), settings()).realm(realm));
    }

    ProviderBench open(ProviderBench.Builder builder) throws ProviderException {
        ProviderBench opened = builder.open();
        opened.onDestroyed(claims::release);
        benches.add(opened);
        return opened;
    }

    /** Another view of the same machines, as another process of the same realm has it. */
    ProviderBench another() throws ProviderException {
        return open(bench.context().realm());
    }

    /** What slows creation down, or the ordinary if there is nothing. */
    ProviderBench slowOrNot() throws ProviderException {
        return open(describe(
                        slowProfile().orElseGet(this::profile), slowProfile().isPresent() ? slowSettings() : settings())
                .realm(bench.context().realm()));
    }

    MachinePlan plan(ProviderBench on) throws ProviderException {
        MachinePlan plan = on.provider().plan(on.spec());
        planned.add(plan.ref());
        return plan;
    }

    MachinePlan plan() throws ProviderException {
        return plan(bench);
    }

    /** A plan that the stage takes away. */
    MachinePlan remember(MachinePlan plan) {
        planned.add(plan.ref());
        return plan;
    }

    Machine create(ProviderBench on, MachinePlan plan) throws InterruptedException {
        try {
            return on.provider().create(plan, creation(plan));
        } catch (ProviderException e) {
            throw new AssertionError(
                    SpiSentence.CREATE.broken("create failed, and nobody disturbed it: " + e.getMessage()), e);
        }
    }

    Machine create(MachinePlan plan) throws InterruptedException {
        return create(bench, plan);
    }

    /** What create is given, with time enough. */
    ContractCreation creation(MachinePlan plan) {
        return ContractCreation.within(createLimit(), claim(plan));
    }

    /** Where the machine has room from now on, until it is destroyed. */
    Optional<Claim> claim(MachinePlan plan) {
        return claims.of(plan);
    }

    /** Instants at which something is done to a creation; whoever goes through them stops when it was too late. */
    static List<Duration> instants() {
        return Stream.of(0, 10, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
                .map(Duration::ofMillis)
                .toList();
    }

    boolean can(Capability capability) {
        return bench.provider().capabilities().contains(capability);
    }

    void requireCapability(Capability capability) {
        if (!can(capability)) {
            throw notChecked("the provider does not declare " + capability);
        }
    }

    /** Aborts the test; a promise that is not checked must not look like one that is kept. */
    static TestAbortedException notChecked(String why) {
        LOG.warn("not checked: {}", why);
        return new TestAbortedException("not checked: " + why);
    }

    static <T> T require(Optional<T> hook, String name) {
        return require(hook, name, "");
    }

    /** @param fine when it need not be there, after a semicolon */
    static <T> T require(Optional<T> hook, String name, String fine) {
        return hook.orElseThrow(() -> notChecked("the contract's " + name + " is not overridden" + fine));
    }

    Optional<FoundMachine> found(Provider by, MachineId machine) throws ProviderException {
        return by.list().stream()
                .filter(found -> found.ref().machine().equals(machine))
                .findFirst();
    }

    /** What can be seen of a machine without asking its provider. */
    List<String> visible(MachineId machine) throws IOException {
        List<String> visible = new ArrayList<>(outside(machine).orElse(List.of()));
        if (Files.isDirectory(Path.of("/proc/self"))) {
            bench.context().processes().tagged().stream()
                    .filter(process -> process.machine().equals(machine))
                    .forEach(process ->
                            visible.add("process " + process.process().pid() + " " + process.command()));
        }
        return visible;
    }

    void assertNothingLeft(ProviderBench by, MachineRef ref, SpiSentence sentence) throws Exception {
        assertThat(visible(ref.machine()))
                .as(sentence.broken("something of the machine exists after it was destroyed"))
                .isEmpty();
        if (can(Capability.LIST)) {
            assertThat(found(by.provider(), ref.machine()))
                    .as(sentence.broken("list() still finds the machine after it was destroyed"))
                    .isEmpty();
        }
        assertThat(by.provider().check(ref).state())
                .as(sentence.broken("check() of a machine that was destroyed"))
                .isEqualTo(MachineHealth.State.GONE);
    }

    /** Waits until a machine is gone, and makes sure that it stays so. */
    void awaitNothingLeft(ProviderBench by, MachineRef ref, SpiSentence sentence) throws Exception {
        Eventually.within(soon(), () -> assertNothingLeft(by, ref, sentence));
        Eventually.pause(QUIET);
        assertNothingLeft(by, ref, sentence);
    }

    /** Destroys a machine, which has to succeed. */
    static void destroy(ProviderBench by, MachineRef ref, SpiSentence sentence) {
        try {
            by.destroy(ref);
        } catch (ProviderException e) {
            throw new AssertionError(sentence.broken("destroy failed: " + e.getMessage()), e);
        }
    }

    void destroyCompletely(ProviderBench by, MachineRef ref) throws Exception {
        destroy(by, ref, SpiSentence.DESTROY);
        awaitNothingLeft(by, ref, SpiSentence.DESTROY);
    }

    /** That an error is the provider's own clear sentence. */
    static void assertClear(Throwable failure) {
        assertThat(failure)
                .as(SpiSentence.ERRORS.broken("something else than a ProviderException was thrown"))
                .isInstanceOf(ProviderException.class);
        assertSentence(failure.getMessage(), SpiSentence.ERRORS, "the message of a ProviderException");
    }

    static void assertSentence(@org.jspecify.annotations.Nullable String text, SpiSentence sentence, String what) {
        assertThat(text).as(sentence.broken(what + " is no sentence")).isNotBlank();
        assertThat(text)
                .as(sentence.broken(what + " is not one line that says something"))
                .hasSizeGreaterThan(8)
                .doesNotContain("\n")
                .doesNotContain("Exception:");
    }
}
