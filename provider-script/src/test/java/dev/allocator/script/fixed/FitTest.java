package dev.allocator.script.fixed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FitTest {

    private static final List<String> GPUS = List.of("RTX 208", "rtx-208", "Radeon RX 540", "A100");

    /** A host does exactly if an empty one has room for the claims and has the labels: selection and claims agree. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whoMatchesHasRoomAndWhoHasRoomMatches(long seed) {
        Random random = new Random(seed);
        int matched = 0;
        for (int i = 0; i < 2000; i++) {
            Host host = host(random);
            Demand demand = demand(random);
            Map<String, Long> capacity = host.place().capacity();
            boolean room = demand.claims().entrySet().stream()
                    .allMatch(claim -> capacity.getOrDefault(claim.getKey(), 0L) >= claim.getValue());
            boolean labelled =
                    host.labels().entrySet().containsAll(demand.labels().entrySet());
            assertThat(Fit.of(host, demand).matches())
                    .as("seed %s: %s for %s", seed, host, demand)
                    .isEqualTo(room && labelled);
            assertThat(demand.claims().keySet()).allMatch(resource -> resource.matches("[A-Z][A-Z0-9_]*"));
            matched += room && labelled ? 1 : 0;
        }
        assertThat(matched).isBetween(200, 1800);
    }

    private static Host host(Random random) {
        return new Host(
                "host",
                new HostAndPort("host.invalid", 22),
                Optional.empty(),
                Optional.empty(),
                random.nextBoolean() ? Map.of("a", "1", "b", "") : Map.of("b", ""),
                random.nextInt(5) == 0 ? OptionalLong.empty() : OptionalLong.of(1 + random.nextInt(8)),
                random.nextInt(5) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(4096)),
                gpus(random, 4),
                1 + random.nextInt(4),
                Optional.empty());
    }

    private static Demand demand(Random random) {
        return new Demand(
                random.nextInt(4) == 0 ? Map.of("a", "1") : Map.of(),
                random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(1 + random.nextInt(6)),
                random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextInt(3000)),
                random.nextBoolean() ? List.of() : gpus(random, 2),
                false);
    }

    private static List<String> gpus(Random random, int most) {
        List<String> gpus = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            gpus.add(GPUS.get(random.nextInt(GPUS.size())));
        }
        return gpus;
    }
}
