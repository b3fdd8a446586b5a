package dev.allocator.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

    private static final List<String> KNOWN =
            List.of("provider", "image", "arch", "cpu", "memory", "disk", "setup-env", "debian-12", "ubuntu-24.04");

    @ParameterizedTest
    @CsvSource({
        "imgae,image",
        "imag,image",
        "IMAGE,image",
        "cpus,cpu",
        "CPU,cpu",
        "cup,cpu",
        "mem,memory",
        "memroy,memory",
        "setup_env,setup-env",
        "setupEnv,setup-env",
        "debain-12,debian-12",
        "debian,debian-12",
        "ubuntu-24.10,ubuntu-24.04",
        "provide,provider",
    })
    void guessesWhatWasMeant(String written, String meant) {
        assertThat(Suggestion.among(KNOWN, written)).isEqualTo("; did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @CsvSource({"zebra", "x", "firmware", "''"})
    void doesNotGuessWildly(String written) {
        assertThat(Suggestion.among(KNOWN, written)).isEmpty();
    }
}
