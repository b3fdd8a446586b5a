package dev.allocator.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.allocator.core.profile.EditorSchema;
import dev.allocator.core.profile.Plugins;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code examples/allocator.schema.json} is what the definitions say. {@code -Dschema.update=true} writes it. */
class EditorSchemaTest {

    private static final Path FILE = Repository.ROOT.resolve("examples/allocator.schema.json");

    private final Plugins plugins = Plugins.load(getClass().getClassLoader());

    @Test
    void theFileIsWhatTheDefinitionsSay() throws Exception {
        String schema = EditorSchema.of(plugins);
        if (Boolean.getBoolean("schema.update")) {
            Files.writeString(FILE, schema);
        }

        assertThat(FILE).as("-Dschema.update=true writes it anew").hasContent(schema);
        if (Boolean.getBoolean("schema.update")) {
            return; // what was packaged is the old one
        }
        try (InputStream packaged = getClass().getResourceAsStream("/dev/allocator/cli/allocator.schema.json")) {
            assertThat(packaged).isNotNull();
            assertThat(new String(packaged.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(schema);
        }
    }

    @Test
    void allThatIsShownPasses() throws Exception {
        JsonSchema schema = schema();
        assertThat(Repository.ours())
                .hasSizeGreaterThan(8)
                .allSatisfy(sample -> assertThat(schema.validate(sample.text(), InputFormat.YAML))
                        .as(sample.text())
                        .isEmpty());
    }

    @Test
    void everyKeyIsKnownAndEveryMisspeltOneIsRefused() throws Exception {
        JsonSchema schema = schema();
        for (KnownKey key : KnownKey.all(plugins)) {
            assertThat(schema.validate(key.document(key.name()), InputFormat.YAML))
                    .as(key.document(key.name()))
                    .isEmpty();
            String misspelt = key.document(key.name() + "q");
            assertThat(schema.validate(misspelt, InputFormat.YAML)).as(misspelt).isNotEmpty();
        }
    }

    @Test
    void whatComesFromTheEnvironmentMayBeAnything() {
        for (String good : List.of(
                "profiles: {a: {cpu: '${env:CPU}', memory: '${env:M:-1GiB}', ttl: '${env:T}', abstract: '${env:A}'}}",
                "profiles: {a: }",
                "profiles:",
                "providers: {qemu: {accel: '${env:ACCEL:-auto}'}}",
                "providers: {other: {type: not-known-here, any: thing}}",
                "profiles: {a: {cpu: 2, memory: 4GiB, disk: 10737418240, ttl: 1h30m, abstract: yes, arch: x86_64}}")) {
            assertThat(schema().validate(good, InputFormat.YAML)).as(good).isEmpty();
        }
        for (String bad : List.of(
                "profiles: {a: {cpu: two}}",
                "profiles: {a: {memory: 4 gigs}}",
                "profiles: {a: {ttl: soon}}",
                "profiles: {a: {readiness: {comand: x}}}",
                "providers: {qemu: {accel: fast}}",
                "providers: {qemu: {typ: qemu}}",
                "providers: {other: {accel: tcg}}",
                "store: {type: file, typo: 1}",
                "profiles: []",
                "porfiles: {}")) {
            assertThat(schema().validate(bad, InputFormat.YAML)).as(bad).isNotEmpty();
        }
    }

    private JsonSchema schema() {
        return JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(EditorSchema.of(plugins));
    }
}
