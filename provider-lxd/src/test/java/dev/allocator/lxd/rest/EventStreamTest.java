package dev.allocator.lxd.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventStreamTest {

    @ParameterizedTest
    @CsvSource({
        "/1.0/instances/one?project=p, one",
        "/1.0/instances/one/snapshots/two, one",
        "/1.0/containers/one, one",
        "/1.0/virtual-machines/one?project=p, one",
        "/1.0/profiles/default, ''",
        "/1.0/instances, ''",
    })
    void namesTheInstanceAsEveryLxdDoes(String source, String name) {
        assertThat(EventStream.instance(source)).isEqualTo(name);
    }
}
