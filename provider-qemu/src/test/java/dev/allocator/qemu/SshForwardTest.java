package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.allocator.HostAndPort;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.Provider;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ports of real QEMUs with a guest of 16 bytes. */
class SshForwardTest {

    @TempDir
    Path root;

    private TestContext context;
    private Provider provider;
    private MachineSpec spec;
    private final List<HostAndPort> refused = new ArrayList<>();

    @BeforeEach
    void stage() throws Exception {
        Fixtures.requireQemu();
        context = new TestContext(root);
        provider = new QemuProviderFactory().open(context);
        Fixtures.haltingDisk(root.resolve("tiny.img"));
        spec = Fixtures.spec(context, Fixtures.profile("tiny.img").build());
    }

    @AfterEach
    void destroy() throws Exception {
        if (spec != null) {
            provider.destroy(provider.plan(spec).ref());
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(context.processes().tagged())
                            .noneMatch(found -> found.realm().equals(context.realm())));
        }
    }

    private Machine create(Predicate<HostAndPort> usedRecently) throws Exception {
        return provider.create(
                provider.plan(spec), TestCreate.within(Duration.ofSeconds(60)).avoiding(usedRecently));
    }

    /** As after the end of the process, which was connected to QEMU's monitor. */
    private void reopen() {
        provider.close();
        context = new TestContext(root, context.realm());
        provider = new QemuProviderFactory().open(context);
    }

    /** Refuses the first ports it is asked for. */
    private Predicate<HostAndPort> refusing(int count) {
        return address -> {
            if (!refused.contains(address) && refused.size() < count) {
                refused.add(address);
            }
            return refused.contains(address);
        };
    }

    private List<Integer> ports() throws Exception {
        Deadline deadline = Deadline.in(Duration.ofSeconds(30));
        MachineFiles files = new MachineFiles(context.directoryPath(spec.id()));
        try (Monitor monitor = Monitor.connect(files.discardMonitor(), spec.id(), deadline)) {
            return monitor.sshPorts(deadline);
        }
    }

    private static boolean accepts(HostAndPort address) throws Exception {
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(address.host(), address.port()))) {
            return channel.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    @Test
    void aPortThatWasUsedRecentlyIsReplaced() throws Exception {
        HostAndPort address = create(refusing(3)).address().orElseThrow();

        assertThat(refused).hasSize(3).doesNotContain(address);
        assertThat(ports()).containsExactly(address.port());
        assertThat(accepts(address)).isTrue();
        for (HostAndPort old : refused) {
            assertThat(accepts(old)).isFalse();
        }
    }

    @Test
    void whoeverFindsTheMachineAgainIsToldThatPort() throws Exception {
        HostAndPort address = create(refusing(1)).address().orElseThrow();
        Provider elsewhere = new QemuProviderFactory().open(new TestContext(root, context.realm()));

        Machine found = elsewhere.create(
                elsewhere.plan(spec), TestCreate.within(Duration.ofSeconds(60)).avoiding(refused::contains));

        assertThat(found.address()).contains(address);
    }

    @Test
    void whoeverFindsSeveralPortsGoesOnFromThere() throws Exception {
        create(address -> false);
        Deadline deadline = Deadline.in(Duration.ofSeconds(30));
        MachineFiles files = new MachineFiles(context.directoryPath(spec.id()));
        try (Monitor monitor = Monitor.connect(files.discardMonitor(), spec.id(), deadline)) {
            monitor.addSshPort(deadline);
            monitor.addSshPort(deadline);
        }
        Set<Integer> three = new HashSet<>(ports());
        assertThat(three).hasSize(3);
        reopen();

        HostAndPort address = create(refusing(1)).address().orElseThrow();

        assertThat(three).contains(address.port());
        assertThat(refused).hasSize(1).doesNotContain(address);
        assertThat(ports()).containsExactly(address.port());
    }

    @Test
    void whereAllPortsWereUsedOneOfThemHasToDo() throws Exception {
        HostAndPort address = create(port -> true).address().orElseThrow();

        assertThat(ports()).containsExactly(address.port());
        assertThat(accepts(address)).isTrue();
    }

    @Test
    void aPortThatIsNotForwardedCannotBeRemoved() throws Exception {
        create(address -> false);
        Deadline deadline = Deadline.in(Duration.ofSeconds(30));
        MachineFiles files = new MachineFiles(context.directoryPath(spec.id()));
        try (Monitor monitor = Monitor.connect(files.discardMonitor(), spec.id(), deadline)) {
            assertThatThrownBy(() -> monitor.removeSshPort(1, deadline)).hasMessageContaining("port 1: ");
        }
    }
}
