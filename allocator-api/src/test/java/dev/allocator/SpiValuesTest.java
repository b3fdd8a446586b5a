package dev.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.spi.Claim;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.Place;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiValuesTest {

    @Test
    void aPlaceKeepsItsCapacity() {
        Map<String, Long> capacity = new HashMap<>(Map.of("GPU", 2L, "CPU", 8L));
        Place place = new Place("gpu-1", capacity);
        capacity.put("GPU", 9L);
        assertThat(place.capacity()).containsExactly(Map.entry("CPU", 8L), Map.entry("GPU", 2L));
        assertThatThrownBy(() -> place.capacity().put("GPU", 3L)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(place).isEqualTo(new Place("gpu-1", Map.of("CPU", 8L, "GPU", 2L)));
    }

    @Test
    void aPlaceHasAName() {
        assertThat(new Place("x".repeat(100), Map.of()).name()).hasSize(100);
        assertThatThrownBy(() -> new Place("", Map.of())).hasMessageContaining("not a place: ''");
        assertThatThrownBy(() -> new Place("x".repeat(101), Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClaimIsAValue() {
        assertThat(new Claim("gpu-1", 2)).isEqualTo(new Claim("gpu-1", 2)).hasToString("Claim[place=gpu-1, slot=2]");
    }

    @Test
    void aMachineTellsNoSecret() {
        MachineId id = MachineId.random();
        Machine machine = Machine.builder(new MachineRef("hosts", id, Map.of()))
                .address(new HostAndPort("10.0.0.1", 22))
                .attributes(Map.of("token", "canary"))
                .login(Credentials.password("root", Secret.of("canary")))
                .data("canary".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .build();
        assertThat(machine).hasToString("machine " + id + " at 10.0.0.1:22");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aLimitIsAtLeastOne(int limit) {
        Profile.Builder profile = Profile.named("x", "y");
        assertThatThrownBy(() -> profile.limit(limit)).hasMessage("limit must be 1 or more: " + limit);
        assertThat(profile.build().limit()).isEmpty();
        assertThat(profile.limit(1).build().toBuilder().build().limit()).hasValue(1);
    }
}
