package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.spi.Deadline;
import dev.allocator.spi.Place;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HostMemoryTest {

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private TestContext context;
    private Path meminfo;

    @BeforeEach
    void stage() throws Exception {
        context = new TestContext(folder);
        meminfo = folder.resolve("meminfo");
        host(8000, 5000);
    }

    private void host(long total, long available) throws Exception {
        Path fresh = Files.writeString(
                folder.resolve("meminfo.new"),
                "MemTotal:       %d kB\nMemFree:  1 kB\nMemAvailable:   %d kB\n"
                        .formatted(total * 1024, available * 1024));
        Files.move(fresh, meminfo, StandardCopyOption.ATOMIC_MOVE);
    }

    private HostMemory memory() {
        return new HostMemory(context, meminfo, new Bell());
    }

    private void share(String setting, long expected) throws Exception {
        context.setting("host-memory", setting);
        assertThat(memory().place(64)).contains(new Place("host", Map.of("MEMORY_MB", expected)));
    }

    @Test
    void machinesShareAPartOfTheHostsMemory() throws Exception {
        assertThat(memory().place(64)).contains(new Place("host", Map.of("MEMORY_MB", 6000L)));
        share("50%", 4000);
        share("150 %", 12000);
        share("3GiB", 3072);
    }

    @Test
    void whatNeverFitsIsRefusedAndSaysTheLimit() {
        assertThatThrownBy(() -> memory().place(6001))
                .isInstanceOf(ProviderException.class)
                .hasMessage("the machine needs 6001 MiB of memory, but all machines of provider 'qemu' together may"
                        + " have 6000 MiB (host-memory: 75%, of the host's 8000 MiB): make the machine smaller, or"
                        + " host-memory larger")
                .extracting(e -> ((ProviderException) e).kind())
                .isEqualTo(ProviderException.Kind.FINAL);
    }

    @Test
    void aPartThatMakesNoSenseIsRefusedWhereItWasWritten() {
        for (String wrong : List.of("most", "0%", "-1", "75 percent", "%")) {
            context.setting("host-memory", wrong);
            assertThatThrownBy(() -> memory().place(64))
                    .isInstanceOf(ProviderException.class)
                    .hasMessage("allocator.yaml:3:5: 'host-memory' must be a size such as 12GiB or a percentage such"
                            + " as 75%, not '" + wrong + "'");
        }
    }

    @Test
    void aHostThatTellsNothingHasNoLimit() throws Exception {
        Files.delete(meminfo);
        assertThat(memory().place(1 << 30)).isEqualTo(Optional.empty());
        memory().await(1 << 30, Deadline.in(Duration.ZERO), lines::add, () -> {});
        assertThat(lines).isEmpty();
    }

    @Test
    void whatDoesNotFitNowIsWaitedFor() throws Exception {
        host(8000, 100);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> waiting = thread.submit(() -> {
                memory().await(1000, Deadline.in(Duration.ofMinutes(1)), lines::add, () -> {});
                return null;
            });
            await().until(() -> !lines.isEmpty());
            assertThat(waiting).isNotDone();
            host(8000, 1000);
            waiting.get(60, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
        assertThat(lines)
                .containsExactly("waiting for memory: the machine needs 1000 MiB of memory, the host has 100 MiB"
                        + " available, as other programs have the rest");
    }

    @Test
    void theDeadlineEndsTheWaitAndSaysWhichLimit() throws Exception {
        host(8000, 100);
        assertThatThrownBy(() -> memory().await(1000, Deadline.in(Duration.ofMillis(100)), lines::add, () -> {}))
                .isInstanceOf(ProviderException.class)
                .hasMessage("the machine needs 1000 MiB of memory, the host has 100 MiB available, and other"
                        + " programs kept the rest: stop some of them")
                .extracting(e -> ((ProviderException) e).kind())
                .isEqualTo(ProviderException.Kind.NO_CAPACITY);
    }
}
