package dev.allocator.script.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.Profile;
import dev.allocator.script.ScriptProviderFactory;
import dev.allocator.spi.Capability;
import dev.allocator.testkit.ProviderBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about an instance or a profile before anything runs. */
class CommandSettingsTest {

    @TempDir
    Path folder;

    private Throwable refusal(Map<String, Object> settings, Profile.Builder profile) {
        Map<String, Object> all = new HashMap<>(Map.of("contract", "commands", "create", "true", "destroy", "true"));
        all.putAll(settings);
        all.values().remove("");
        return catchThrowable(() -> {
            try (ProviderBench bench = ProviderBench.of(new ScriptProviderFactory(), profile.build(), folder)
                    .settings(all)
                    .open()) {
                bench.provider().plan(bench.spec());
            }
        });
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "allocate | x       | 'allocate' belongs to 'contract: adhoc'; this is 'contract: commands', which has 'create', 'destroy', 'list' and 'check'",
                "backend  | x       | 'backend' belongs to 'contract: adhoc'; this is 'contract: commands', which has 'create', 'destroy', 'list' and 'check'",
                "create   | ``      | 'contract: commands' needs 'create', the shell line that makes a machine",
                "destroy  | ``      | 'contract: commands' needs 'destroy', the shell line that takes it back",
                "list     | `   `   | 'list' is empty",
                "check    | ./check | the check command cannot run: there is no FOLDER/check",
                "destroy  | ./plain --now | the destroy command cannot run: FOLDER/plain is not executable (chmod +x FOLDER/plain)",
                "directory | none   | the create command cannot run: the folder that it runs in, FOLDER/none, does not exist",
                "retry-delay | 0s   | retry-delay must be more than zero, not 0s",
            })
    void settings(String key, String value, String sentence) throws Exception {
        Files.createFile(folder.resolve("plain"));
        assertThat(refusal(Map.of(key, value), Profile.named("demo", "shop")))
                .message()
                .matches("(?s)" + "\\Q" + folder + "\\E/allocator-[0-9]+\\.yaml:[0-9]+:[0-9]+: .*")
                .endsWith(sentence.replace("FOLDER", folder.toString()));
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertThat(refusal(Map.of("create", "", "destroy", " ", "discard", "x"), Profile.named("demo", "shop")))
                .message()
                .contains("'discard' belongs")
                .contains("needs 'create'")
                .contains("'destroy' is empty");
    }

    @Test
    void profiles() {
        assertThat(refusal(Map.of(), Profile.named("demo", "shop").setting("system", "x")))
                .hasMessageContaining(": 'system' belongs to 'contract: adhoc'");
        assertThat(refusal(Map.of(), Profile.named("demo", "shop").setting("user", "No User")))
                .hasMessageContaining(": not a user name: 'No User'");
        assertThat(refusal(Map.of(), Profile.named("demo", "shop"))).isNull();
    }

    @Test
    void withoutAListThereIsNothingToListBy() throws Exception {
        try (ProviderBench bench = ProviderBench.of(
                        new ScriptProviderFactory(),
                        Profile.named("demo", "shop").build(),
                        folder)
                .settings(Map.of("contract", "commands", "create", "true", "destroy", "./gone"))
                .open()) {
            assertThat(bench.provider().capabilities()).containsExactly(Capability.LOGIN);
            assertThat(bench.provider().diagnose())
                    .extracting(diagnosis -> diagnosis.severity() + " " + diagnosis.message())
                    .anyMatch(line ->
                            line.matches("ERROR .*:[0-9]+:[0-9]+: the destroy command cannot run: there is no .*"))
                    .anyMatch(line -> line.startsWith("INFO there is no 'list' command"));
        }
    }
}
