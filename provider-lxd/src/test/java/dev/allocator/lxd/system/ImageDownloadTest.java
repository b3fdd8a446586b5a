package dev.allocator.lxd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.ProvisioningException;
import dev.allocator.event.Progress;
import dev.allocator.lxd.LxdHost;
import dev.allocator.lxd.SimplestreamsServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** LXD downloads an image that it has not, from a server with the protocol of the public ones. */
@Timeout(120)
class ImageDownloadTest {

    @TempDir
    Path state;

    private Allocator open(LxdHost host, SimplestreamsServer streams) {
        Map<String, Object> settings = new HashMap<>(host.settings());
        settings.put("remotes", Map.of("test", streams.url()));
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state)
                .provider("lxd", "lxd", settings)
                .profile(host.container("there")
                        .image("test:debian/12")
                        .login(LxdHost.LOGIN)
                        .build())
                .profile(host.container("not-there").image("test:debian/99").build())
                .build());
    }

    @Test
    void theImageComesWithProgress() throws Exception {
        List<String> progress = new CopyOnWriteArrayList<>();
        try (LxdHost host = LxdHost.require();
                SimplestreamsServer streams = SimplestreamsServer.serve(LxdHost.imageFile(), "debian/12");
                Allocator allocator = open(host, streams)) {
            try {
                allocator.on(Progress.class, event -> progress.add(event.message()));
                try (Lease lease = allocator.allocate("there")) {
                    assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo("debian\n");
                }
                assertThat(streams.requests()).contains("/image.tar");
                assertThat(progress).anyMatch(line -> line.contains("%"));
                int before = streams.requests().size();
                try (Lease again = allocator.allocate("there")) {
                    assertThat(again.exec("id", "-un").orThrow().stdout()).isEqualTo("debian\n");
                }
                assertThat(streams.requests().subList(before, streams.requests().size()))
                        .doesNotContain("/image.tar");
            } finally {
                host.forgetImage(streams.fingerprint());
            }
        }
    }

    @Test
    void anImageThatTheServerHasNotIsNamed() throws Exception {
        try (LxdHost host = LxdHost.require();
                SimplestreamsServer streams = SimplestreamsServer.serve(LxdHost.imageFile(), "debian/12");
                Allocator allocator = open(host, streams)) {
            assertThatThrownBy(() -> allocator.allocate("not-there"))
                    .isInstanceOf(ProvisioningException.class)
                    .hasMessageContaining("debian/99")
                    .hasMessageContaining(streams.url());
            assertThat(host.instances()).isEmpty();
        }
    }
}
