package dev.allocator.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An editor shows what reading refuses, as far as one place in the file tells. */
class EditorSchemaTest {

    /** What is wrong with the form of a value, or with a key. */
    private static final Pattern STRUCTURAL = Pattern.compile(
            ".*(unknown key|must be (a |true|auto)|must be none|must be a list|must be a section|expected a section).*");

    /** Structural, but only reading tells: which provider a profile is for, what a variable holds, how a number was written. */
    private static final Pattern BEYOND =
            Pattern.compile(".*(\\$\\{|key of another provider|has an exponent).*", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void structuralMistakesOfTheCorpusAreShown() throws Exception {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(EditorSchema.of(TestPlugins.good(folder)));
        List<MistakesTest.Mistake> structural = MistakesTest.mistakes()
                .filter(mistake -> mistake.messages().stream().allMatch(STRUCTURAL.asMatchPredicate())
                        && !BEYOND.matcher(mistake.name() + mistake.yaml()).matches())
                .toList();

        assertThat(structural).hasSizeGreaterThan(30);
        assertThat(structural).allMatch(mistake -> isShown(schema, mistake.yaml()));
    }

    private static boolean isShown(JsonSchema schema, String yaml) {
        try {
            return !schema.validate(yaml, InputFormat.YAML).isEmpty();
        } catch (IllegalArgumentException e) {
            return true; // it is no YAML that stands for JSON
        }
    }

    @Test
    void isTheSameWhateverTheOrderOfPlugins() throws Exception {
        assertThat(EditorSchema.of(TestPlugins.good(folder.resolve("a"))))
                .isEqualTo(EditorSchema.of(TestPlugins.good(folder.resolve("b"))))
                .contains("\"provider-lxd\"", "\"store-etcd\"", "\"description\" : \"whether to boot by UEFI\"");
    }
}
