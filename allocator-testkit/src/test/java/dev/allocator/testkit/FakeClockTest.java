package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.spi.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FakeClockTest {

    private final FakeClock clock = new FakeClock();
    private final FakeTaskRunner tasks = new FakeTaskRunner(clock);
    private final List<String> log = new ArrayList<>();

    private Runnable noting(String name) {
        return () -> log.add(
                name + " +" + Duration.between(FakeClock.START, clock.instant()).toSeconds());
    }

    @Test
    void tasksRunInOrderAndSeeTheirOwnTime() {
        tasks.schedule(noting("c"), 5, TimeUnit.SECONDS);
        tasks.schedule(noting("a"), 2, TimeUnit.SECONDS);
        tasks.schedule(noting("b"), 2, TimeUnit.SECONDS);
        new FakeTaskRunner(clock).schedule(noting("other"), 3, TimeUnit.SECONDS);
        clock.advance(Duration.ofSeconds(4));
        assertThat(log).containsExactly("a +2", "b +2", "other +3");
        clock.advance(Duration.ofSeconds(1));
        assertThat(log).hasSize(4).endsWith("c +5");
        assertThat(tasks.waiting()).isZero();
    }

    @Test
    void periodicTasksRunAsOftenAsTheyAreDue() {
        tasks.scheduleAtFixedRate(noting("rate"), 1, 2, TimeUnit.SECONDS);
        ScheduledFuture<?> delay = tasks.scheduleWithFixedDelay(
                () -> {
                    noting("delay").run();
                    clock.advance(Duration.ofSeconds(1)); // it takes a second
                },
                4,
                2,
                TimeUnit.SECONDS);
        clock.advance(Duration.ofSeconds(8));
        assertThat(log).containsExactly("rate +1", "rate +3", "delay +4", "rate +5", "rate +7", "delay +7");
        delay.cancel(false);
        assertThat(tasks.waiting()).isEqualTo(1);
    }

    @Test
    void whatTasksScheduleRunsToo() {
        tasks.execute(() -> tasks.schedule(noting("inner"), 1, TimeUnit.SECONDS));
        clock.advance(Duration.ZERO);
        assertThat(log).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(log).containsExactly("inner +1");
    }

    @Test
    void failuresSurfaceAndTheOthersRun() {
        ScheduledFuture<?> failing = tasks.scheduleWithFixedDelay(
                () -> {
                    throw new IllegalArgumentException("too bad");
                },
                1,
                1,
                TimeUnit.SECONDS);
        tasks.schedule(
                () -> {
                    throw new java.io.IOException("too bad as well");
                },
                2,
                TimeUnit.SECONDS);
        tasks.schedule(noting("fine"), 3, TimeUnit.SECONDS);
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(10)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("too bad")
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(log).containsExactly("fine +3");
        assertThat(failing.isDone()).isTrue();
        assertThat(tasks.waiting()).isZero();
    }

    @Test
    void settingTheClockLetsNoTimePass() {
        tasks.schedule(noting("task"), 1, TimeUnit.HOURS);
        Deadline deadline = Deadline.in(Duration.ofHours(1), clock::nanoTime);
        clock.set(FakeClock.START.plus(Duration.ofDays(400)));
        assertThat(log).isEmpty();
        assertThat(deadline.expired()).isFalse();
        clock.set(Instant.EPOCH);
        clock.advance(Duration.ofHours(1));
        assertThat(log).hasSize(1);
        assertThat(deadline.expired()).isTrue();
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plus(Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofSeconds(-1)));
    }

    @Test
    void aShutDownRunnerDropsItsTasks() throws Exception {
        ScheduledFuture<String> result = tasks.schedule(() -> "value", 0, TimeUnit.SECONDS);
        clock.advance(Duration.ZERO);
        assertThat(result.get(0, TimeUnit.SECONDS)).isEqualTo("value");
        tasks.schedule(noting("late"), 1, TimeUnit.SECONDS);
        assertThat(tasks.shutdownNow()).hasSize(1);
        assertThat(tasks.isTerminated()).isTrue();
        clock.advance(Duration.ofSeconds(2));
        assertThat(log).isEmpty();
        assertThatThrownBy(() -> tasks.execute(noting("later"))).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void manyThreadsMayScheduleAndAdvance() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(CompletableFuture.runAsync(() -> {
                for (int j = 0; j < 100; j++) {
                    tasks.schedule(noting("x"), j % 7, TimeUnit.SECONDS);
                    clock.advance(Duration.ofSeconds(1));
                }
            }));
        }
        all.forEach(CompletableFuture::join);
        clock.advance(Duration.ofSeconds(7));
        assertThat(log).hasSize(800); // a task at a time, so that the list needs no lock
        assertThat(clock.instant()).isEqualTo(FakeClock.START.plusSeconds(807));
    }
}
