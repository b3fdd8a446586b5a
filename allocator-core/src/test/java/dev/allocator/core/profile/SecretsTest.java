package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.AllocatorOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a variable or a file holds shows in no message, wherever somebody puts it. */
class SecretsTest {

    private static final String CANARY = "Canary-4711;x";

    @TempDir
    Path folder;

    private Plugins plugins;

    @BeforeEach
    void plugins() throws IOException {
        plugins = TestPlugins.good(folder.resolve("plugins"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "provider",
                "image",
                "arch",
                "cpu",
                "memory",
                "disk",
                "network",
                "ttl",
                "timeout",
                "labels",
                "extends",
                "abstract",
                "readiness",
                "setup",
                "accel",
                "uefi",
                "args",
                "smbios",
                "serial",
                "unlock",
                "grace",
                "scratch",
                "cloud-init",
                "login",
                "wrong"
            })
    void aSecretInTheWrongPlaceIsNotShown(String key) throws IOException {
        for (String value : new String[] {
            "${env:CANARY}",
            "[\"${file:canary}\"]",
            "{use: \"${env:CANARY}\"}",
            "{command: \"${env:CANARY}\", user-data: \"${env:CANARY}\"}",
            "{user: \"${env:CANARY}\", password: \"${env:CANARY}\", key: \"${env:CANARY}\"}",
            "{user: u, password: \"${env:CANARY}\\n\"}",
            "{user: \"${env:CANARY}\", password: \"${env:CANARY}\"}",
            "{user: u, key: \"${env:CANARY}\"}",
        }) {
            assertHidden("providers: {q: {type: qemu}}\nprofiles:\n  a:\n    image: x\n    \"" + key + "\": "
                    + value.replace("\"" + key, "\"") + "\n");
            assertHidden("profiles:\n  a:\n    provider: qemu\n    " + key + ": " + value + "\n");
        }
    }

    @Test
    void aSecretOfTheProviderOrTheStoreIsNotShown() throws IOException {
        assertHidden("providers: {q: {type: '${env:CANARY}', token: '${env:CANARY}'}}\n");
        assertHidden("providers: {q: {type: qemu, token: ['${env:CANARY}'], accel: '${env:CANARY}'}}\n");
        assertHidden("providers: {q: '${env:CANARY}'}\n");
        assertHidden("store: {type: '${env:CANARY}'}\n");
        assertHidden("store: '${env:CANARY}'\n");
        assertHidden("profiles: '${env:CANARY}'\n");
        assertHidden("setup: {s: ['${env:CANARY}', {use: '${env:CANARY}'}]}\n");
    }

    private void assertHidden(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("allocator.yaml"), yaml);
        Files.writeString(folder.resolve("canary"), CANARY);
        AllocatorOptions options = AllocatorOptions.builder()
                .configFile(file)
                .environment(Map.of("CANARY", CANARY))
                .build();
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        Throwable thrown = catchThrowable(() -> {
            Configuration configuration = Configuration.load(options, plugins);
            out.println(configuration.unusable());
            out.println(configuration.resolve("a"));
        });
        if (thrown != null) {
            thrown.printStackTrace(out);
        }
        out.flush();
        assertThat(said.toString()).as(yaml).isNotEmpty().doesNotContain(CANARY).doesNotContain("anary-4711");
    }
}
