package dev.allocator.core.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.MachineId;
import dev.allocator.spi.CreateContext;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LastWordsTest {

    private static final MachineRef REF = new MachineRef("instance", MachineId.random(), Map.of());
    private final ExecutorService workers = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        workers.shutdownNow();
    }

    private abstract static class Saving implements Provider {
        @Override
        public MachinePlan plan(MachineSpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Machine create(MachinePlan plan, CreateContext context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void destroy(MachineRef ref) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MachineHealth check(MachineRef ref) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void whoHangsIsInterruptedAndLeftBehind() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        new LastWords(workers, Duration.ofMillis(100))
                .save(
                        new Saving() {
                            @Override
                            public void saveLogs(MachineRef ref) throws InterruptedException {
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException e) {
                                    interrupted.countDown();
                                    throw e;
                                }
                            }
                        },
                        REF);
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void withoutAThreadNothingIsSaved() {
        LastWords words = new LastWords(
                task -> {
                    throw new RejectedExecutionException("closed");
                },
                Duration.ofSeconds(1));
        words.save(new Saving() {}, REF);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anInterruptIsKept() {
        Thread.currentThread().interrupt();
        new LastWords(workers, Duration.ofSeconds(30))
                .save(
                        new Saving() {
                            @Override
                            public void saveLogs(MachineRef ref) throws InterruptedException {
                                new CountDownLatch(1).await();
                            }
                        },
                        REF);
        assertThat(Thread.interrupted()).isTrue();
    }
}
