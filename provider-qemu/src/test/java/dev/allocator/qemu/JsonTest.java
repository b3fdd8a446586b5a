package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void readsBackWhatItWrites() throws Exception {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "a \"quoted\"\nline \u00e4");
        value.put("number", 42);
        value.put("flag", true);
        value.put("list", List.of("x", 1, List.of(), Map.of()));
        value.put("map", Map.of("k", "v"));

        assertThat(Json.write(value)).doesNotContain("\n");
        assertThat(Json.object(Json.write(value))).isEqualTo(value);
    }

    @Test
    void leavesNullsOut() throws Exception {
        assertThat(Json.object("{\"a\":null,\"b\":[null,1.5]}")).isEqualTo(Map.of("b", List.of(1.5)));
    }

    @Test
    void readsDefaultsOutOfAnything() throws Exception {
        Map<String, Object> value = Json.object("{\"text\":\"x\",\"number\":1}");

        assertThat(Json.text(value, "text")).isEqualTo("x");
        assertThat(Json.text(value, "number")).isEmpty();
        assertThat(Json.section(value, "text")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "{", "{\"a\":", "{\"a\":[1", "{a}", "{\"a\":{\"b\":[", "nonsense"})
    void refusesWhatIsNoObject(String text) {
        assertThatThrownBy(() -> Json.object(text)).isInstanceOf(IOException.class);
    }
}
