package dev.allocator.script.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.RealmId;
import dev.allocator.Secret;
import dev.allocator.script.Documentation;
import dev.allocator.script.ScriptProviderFactory;
import dev.allocator.spi.MachineHealth;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineSpec;
import dev.allocator.testkit.ProviderBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What COMMANDS.md says is so. */
class CommandsPageTest {

    @TempDir
    Path folder;

    private static JsonNode example(String heading) throws IOException {
        return new ObjectMapper()
                .readTree(Documentation.examples("COMMANDS.md", heading, "json").get(0));
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.properties().forEach(entry -> {
            keys.add(entry.getKey());
            if (List.of("tags", "credentials").contains(entry.getKey())) {
                keys(entry.getValue()).forEach(key -> keys.add(entry.getKey() + "." + key));
            }
        });
        return keys;
    }

    @Test
    void requestsLookAsTheyArePrintedThere() throws Exception {
        Profile profile = Profile.named("debian-12", "cloud")
                .image("debian-12")
                .arch("x86_64")
                .cpu(2)
                .memory(DataSize.ofGibibytes(4))
                .disk(DataSize.ofGibibytes(20))
                .setting("options", Map.of("zone", "b"))
                .build();
        try (ProviderBench bench = ProviderBench.of(new ScriptProviderFactory(), profile, folder)
                .settings(Map.of("contract", "commands", "create", "true", "destroy", "true"))
                .open()) {
            MachineSpec spec = bench.spec();
            JsonNode create = new ObjectMapper()
                    .readTree(Request.create("cloud", spec, Credentials.password("root", Secret.of("x"))));
            assertThat(keys(create)).containsExactlyElementsOf(keys(example("## create")));
            JsonNode destroy = new ObjectMapper()
                    .readTree(Request.about(
                            "destroy",
                            "cloud",
                            spec.id(),
                            spec.tags().realm(),
                            new KnownFacts(
                                    Optional.of(new HostAndPort("10.0.0.7", 22)),
                                    Map.of("zone", "b"),
                                    Optional.of(new byte[] {'x'}))));
            assertThat(keys(destroy)).containsExactlyElementsOf(keys(example("## destroy")));
        }
    }

    @Test
    void whatIsNoTextIsToldInBase64() throws Exception {
        JsonNode request = new ObjectMapper()
                .readTree(Request.about(
                        "destroy",
                        "cloud",
                        MachineId.random(),
                        RealmId.random(),
                        new KnownFacts(Optional.empty(), Map.of(), Optional.of(new byte[] {(byte) 0xff, 0}))));
        assertThat(request.path("data_base64").asText()).isEqualTo("/wA=");
        assertThat(request.has("data")).isFalse();
    }

    @Test
    void aMachineThatDiedIsStoppedAndCanBeDestroyed() throws Exception {
        Cloud cloud = Cloud.in(folder);
        Profile profile = Profile.named("cheap", "cloud")
                .image("none")
                .readiness(Readiness.none())
                .build();
        try (ProviderBench bench = ProviderBench.of(new ScriptProviderFactory(), profile, folder)
                .settings(cloud.settings())
                .open()) {
            MachinePlan plan = bench.provider().plan(bench.spec());
            bench.provider().create(plan, new QuietCreation(Duration.ofMinutes(1)));
            assertThat(bench.provider().check(plan.ref()).state()).isEqualTo(MachineHealth.State.RUNNING);
            Path pid = folder.resolve("cloud")
                    .resolve(cloud.machines(plan.ref().machine().value()).get(0))
                    .resolve("pid");
            ProcessHandle process = ProcessHandle.of(
                            Long.parseLong(Files.readString(pid).strip()))
                    .orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
            assertThat(bench.provider().check(plan.ref()).state()).isEqualTo(MachineHealth.State.STOPPED);
            bench.destroy(plan.ref());
            assertThat(bench.provider().check(plan.ref()).state()).isEqualTo(MachineHealth.State.GONE);
            assertThat(cloud.machines("")).isEmpty();
        }
    }
}
