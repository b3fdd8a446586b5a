package dev.allocator.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.MachineId;
import org.junit.jupiter.api.Test;

/** What the other tests look at LXD with. */
class LxdHostTest {

    @Test
    void aProjectGoesWithAllThatIsInIt() {
        String project;
        LxdHost another = LxdHost.require();
        try (another;
                LxdHost host = LxdHost.require()) {
            project = host.project();
            host.launchUntagged("nobodys");
            assertThat(host.instances()).containsExactly("nobodys");
            assertThat(host.has("nobodys")).isTrue();
            assertThat(host.outside(MachineId.random())).isEmpty();
            assertThat(another.instances()).isEmpty();

            host.delete("nobodys");
            assertThat(host.instances()).isEmpty();
            host.launchUntagged("nobodys");
        }
        assertThat(another.get("/1.0/projects/" + project).isMissingNode()).isTrue();
        assertThat(another.get("/1.0/projects/" + another.project()).isMissingNode())
                .isTrue();
    }
}
