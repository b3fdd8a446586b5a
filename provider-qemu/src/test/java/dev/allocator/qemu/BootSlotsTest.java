package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.spi.Deadline;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BootSlotsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Process program;

    @AfterEach
    void stop() throws Exception {
        threads.shutdownNow();
        if (program != null) {
            program.destroyForcibly().waitFor();
        }
    }

    /** Of another provider instance each time. */
    private BootSlots slots(long most) {
        return new BootSlots(new TestContext(folder).setting("boot-slots", most), new Bell());
    }

    private BootSlot take(BootSlots slots) throws Exception {
        return slots.take(Deadline.in(SOON), lines::add, () -> {});
    }

    private BootSlot refused(BootSlots slots) throws Exception {
        return slots.take(Deadline.in(Duration.ofMillis(300)), lines::add, () -> {});
    }

    @Test
    void oneTooManyWaitsAndSaysSoOnce() throws Exception {
        BootSlots slots = slots(2);
        BootSlot first = take(slots);
        BootSlot second = take(slots);
        assertThat(lines).isEmpty();

        Future<BootSlot> third = threads.submit(() -> take(slots));
        await().atMost(SOON).until(() -> !lines.isEmpty());
        assertThat(third).isNotDone();
        first.close();

        third.get(60, TimeUnit.SECONDS).close();
        second.close();
        assertThat(lines)
                .containsExactly("waiting to boot: 2 emulated machines are booting at the same time (boot-slots: 2)");
    }

    @Test
    void theDeadlineIsHeededAndTheReasonSaid() throws Exception {
        try (BootSlot slot = take(slots(1))) {
            assertThatThrownBy(() -> refused(slots(1)))
                    .isInstanceOf(ProviderException.class)
                    .hasMessage("the machine was not allowed to boot within 300ms, as 1 emulated machines are"
                            + " booting at the same time (boot-slots: 1)")
                    .extracting(e -> ((ProviderException) e).kind())
                    .isEqualTo(ProviderException.Kind.NO_CAPACITY);
            assertThat(slot).isNotNull();
        }
    }

    @Test
    void anInterruptEndsTheWaitAndTakesNothing() throws Exception {
        BootSlots slots = slots(1);
        BootSlot held = take(slots);
        Future<BootSlot> waiting = threads.submit(() -> take(slots));
        Future<BootSlot> behind = threads.submit(() -> take(slots));
        await().atMost(SOON).until(() -> lines.size() == 2);

        threads.shutdownNow();

        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> behind.get(60, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        held.close();
        take(slots).close();
    }

    @Test
    void whoIsNotWantedAnyMoreStopsWaiting() throws Exception {
        try (BootSlot held = take(slots(1))) {
            assertThatThrownBy(() -> slots(1).take(Deadline.in(SOON), lines::add, () -> {
                        if (!lines.isEmpty()) {
                            throw new ProviderException("discarded");
                        }
                    }))
                    .hasMessage("discarded");
            assertThat(held).isNotNull();
        }
    }

    @Test
    void instancesOfOneProcessShareTheSlots() throws Exception {
        AtomicInteger booting = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            BootSlots slots = slots(2);
            all.add(threads.submit(() -> {
                for (int boot = 0; boot < 5; boot++) {
                    try (BootSlot slot = take(slots)) {
                        most.accumulateAndGet(booting.incrementAndGet(), Math::max);
                        assertThat(slot).isNotNull();
                        booting.decrementAndGet();
                    }
                }
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get(90, TimeUnit.SECONDS);
        }
        assertThat(most.get()).isBetween(1, 2);
        try (var left = Files.list(HostFolder.path(new TestContext(folder)).resolve("booting"))) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactly("gate");
        }
    }

    @Test
    void anotherProcessHoldsItsSlotUntilItIsKilled() throws Exception {
        program = BootSlotProgram.start(folder, 1, 60);
        await().atMost(SOON).until(() -> Files.exists(folder.resolve("taken")) || !program.isAlive());
        assertThat(program.isAlive())
                .as(Files.readString(folder.resolve("program.out")))
                .isTrue();
        assertThatThrownBy(() -> refused(slots(1))).isInstanceOf(ProviderException.class);

        program.destroyForcibly().waitFor();

        take(slots(1)).close();
    }

    @Test
    void lookingDoesNotLetGoOfOwnSlots() throws Exception {
        try (BootSlot held = take(slots(1))) {
            assertThatThrownBy(() -> refused(slots(1))).isInstanceOf(ProviderException.class);

            program = BootSlotProgram.start(folder, 1, 1);

            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(folder.resolve("refused"))
                    .as(Files.readString(folder.resolve("program.out")))
                    .content()
                    .contains("not allowed to boot within 1s");
            assertThat(held).isNotNull();
        }
    }

    @Test
    void aNumberThatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> take(slots(0)))
                .isInstanceOf(ProviderException.class)
                .hasMessage("allocator.yaml:3:5: 'boot-slots' must be 1 to 10000, not 0");
    }
}
