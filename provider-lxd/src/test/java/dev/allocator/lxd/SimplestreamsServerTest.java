package dev.allocator.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** LXD itself takes an image from the server of the other tests. */
class SimplestreamsServerTest {

    @Test
    void lxdDownloadsAnImage() throws Exception {
        try (LxdHost host = LxdHost.require();
                SimplestreamsServer streams = SimplestreamsServer.serve(LxdHost.imageFile(), "debian/12")) {
            String instance = """
                    {"name": "c1", "type": "container", "source": {"type": "image", "mode": "pull",
                      "protocol": "simplestreams", "server": "%s", "alias": "debian/12"}}""".formatted(streams.url());
            try {
                host.send("POST", "/1.0/instances?project=" + host.project(), instance);
                assertThat(host.instances()).containsExactly("c1");
                assertThat(streams.requests())
                        .contains("/streams/v1/index.json")
                        .endsWith("/image.tar");
                assertThat(host.get("/1.0/images/" + streams.fingerprint())
                                .path("update_source")
                                .path("protocol")
                                .asText())
                        .isEqualTo("simplestreams");
            } finally {
                host.forgetImage(streams.fingerprint());
            }
            assertThat(host.get("/1.0/images/" + streams.fingerprint()).isMissingNode())
                    .isTrue();
        }
    }
}
