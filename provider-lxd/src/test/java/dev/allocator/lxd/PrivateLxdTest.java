package dev.allocator.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The second LXD of the tests that kill it. */
class PrivateLxdTest {

    @Test
    void instancesOutliveTheDaemonAndNothingOutlivesTheTest() throws Exception {
        Path socket;
        ProcessHandle daemon;
        try (PrivateLxd lxd = PrivateLxd.require()) {
            socket = lxd.socket();
            try (LxdHost host = LxdHost.at(socket)) {
                host.launchUntagged("c1");
                lxd.kill();
                assertThat(new RawLxd(socket).answers()).isFalse();
                lxd.start();
                assertThat(host.instances()).containsExactly("c1");
            }
            daemon = lxd.daemon();
        }
        assertThat(daemon.isAlive()).isFalse();
        assertThat(socket.getParent()).doesNotExist();
    }
}
