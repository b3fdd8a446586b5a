package dev.allocator.core.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    @Test
    void someConnectionsGrowOldWhileOthersAreNew() {
        List<Long> opened = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 200; i++) {
            now += 100_000_000L;
            if (opened.size() == 8) {
                opened.remove(Attempts.toClose(opened, now));
            }
            opened.add(now);
        }
        assertThat(now - opened.get(0)).isGreaterThan(6_000_000_000L);
        assertThat(now - opened.get(5)).isLessThan(1_000_000_000L);
        assertThat(opened.get(7)).isEqualTo(now);
    }

    @Test
    void whatIsTooOldGoesFirst() {
        long now = 100_000_000_000L;
        assertThat(Attempts.toClose(List.of(1L, now - 5, now - 4, now - 3), now))
                .isZero();
        assertThat(Attempts.toClose(List.of(now - 5), now)).isZero();
    }
}
