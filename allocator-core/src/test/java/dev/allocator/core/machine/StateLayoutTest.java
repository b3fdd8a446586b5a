package dev.allocator.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocatorOptions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where things are kept. */
class StateLayoutTest {

    private static StateLayout layout(AllocatorOptions.Builder options, Map<String, String> environment) {
        return StateLayout.of(options.workingDirectory(Path.of("/work"))
                .environment(environment)
                .build());
    }

    @Test
    void optionsComeBeforeVariablesBeforeXdgBeforeHome() {
        Map<String, String> home = Map.of("HOME", "/home/me");
        Map<String, String> xdg =
                Map.of("HOME", "/home/me", "XDG_STATE_HOME", "/xdg/state", "XDG_CACHE_HOME", "/xdg/cache");
        Map<String, String> own = Map.of(
                "XDG_STATE_HOME", "/x", "XDG_CACHE_HOME", "/x", "ALLOCATOR_STATE_DIR", "s", "ALLOCATOR_CACHE_DIR", "c");
        AllocatorOptions.Builder none = AllocatorOptions.builder();

        assertThat(layout(none, home))
                .isEqualTo(new StateLayout(
                        Path.of("/home/me/.local/state/allocator"), Path.of("/home/me/.cache/allocator")));
        assertThat(layout(none, xdg))
                .isEqualTo(new StateLayout(Path.of("/xdg/state/allocator"), Path.of("/xdg/cache/allocator")));
        assertThat(layout(none, own)).isEqualTo(new StateLayout(Path.of("/work/s"), Path.of("/work/c")));
        assertThat(layout(
                        AllocatorOptions.builder().stateDirectory(Path.of("/a")).cacheDirectory(Path.of("../b")), own))
                .isEqualTo(new StateLayout(Path.of("/a"), Path.of("/b")));
    }

    @Test
    void anEmptyVariableCountsAsUnset() {
        assertThat(layout(AllocatorOptions.builder(), Map.of("HOME", "/me", "ALLOCATOR_CACHE_DIR", ""))
                        .cache())
                .isEqualTo(Path.of("/me/.cache/allocator"));
    }
}
