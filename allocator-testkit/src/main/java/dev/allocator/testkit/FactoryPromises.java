package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.ConfigurationException;
import dev.allocator.Profile;
import dev.allocator.core.profile.Plugins;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import dev.allocator.spi.SettingsSchema.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a factory promises. */
abstract class FactoryPromises extends ProviderStage {

    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern SECRET =
            Pattern.compile(".*(password|passphrase|secret|token|credential|private-key|api-key).*");
    private static final String UNKNOWN = "no-such-key-at-all";

    /** {@code ProviderFactory.type}: lower-case letters, digits and dashes, a letter first. */
    @Test
    protected void theTypeIsAName() {
        assertThat(factory().type())
                .as(SpiSentence.TYPE.broken("the type"))
                .matches("[a-z][a-z0-9-]*")
                .isEqualTo(factory().type());
    }

    /** {@code ProviderFactory.settings} and {@code profileSettings}: keys with a name, a description and sane values. */
    @Test
    protected void everySettingIsDescribed() {
        assertDescribed(factory().settings(), SpiSentence.SETTINGS);
        assertDescribed(factory().profileSettings(), SpiSentence.PROFILE_SETTINGS);
        assertThat(factory().settings().setting("type"))
                .as(SpiSentence.SETTINGS.broken("'type' is the engine's own key"))
                .isEmpty();
    }

    private static void assertDescribed(SettingsSchema schema, SpiSentence sentence) {
        for (Setting setting : schema.settings()) {
            String what = "the key '" + setting.name() + "'";
            assertThat(setting.name())
                    .as(sentence.broken(what + " is not written like-this"))
                    .matches(KEY);
            assertThat(setting.description())
                    .as(sentence.broken(what + " needs one line that says what it is for"))
                    .isNotBlank()
                    .doesNotContain("\n");
            assertThat(setting.values()).as(sentence.broken(what)).doesNotHaveDuplicates();
            assertThat(setting.section().isPresent())
                    .as(sentence.broken(what + " has keys of its own if it is a section, and only then"))
                    .isEqualTo(setting.kind() == Kind.SECTION || setting.kind() == Kind.SECTIONS);
            setting.section().ifPresent(section -> assertDescribed(section, sentence));
        }
    }

    /** {@code ProviderFactory.profileSettings} adds to the common keys and gives none another meaning. */
    @Test
    protected void theEngineTakesThePlugin() {
        ProviderFactory factory = factory();
        Throwable refusal = catchThrowable(() -> Plugins.load(factory.getClass().getClassLoader(), List.of(factory)));
        assertThat(refusal)
                .as(SpiSentence.PROFILE_SETTINGS.broken("the engine refuses the plugin"))
                .isNull();
    }

    /** {@code SettingsSchema.Kind.SECRET} marks what no message, log or record may show. */
    @Test
    protected void keysThatSoundSecretAreSecret() {
        assertSecretsMarked(factory().settings());
        assertSecretsMarked(factory().profileSettings());
    }

    private static void assertSecretsMarked(SettingsSchema schema) {
        for (Setting setting : schema.settings()) {
            if (SECRET.matcher(setting.name()).matches() && setting.values().isEmpty()) {
                assertThat(setting.kind())
                        .as(SpiSentence.SECRET.broken("the key '" + setting.name() + "' sounds secret"))
                        .isIn(Kind.SECRET, Kind.SECTION, Kind.SECTIONS, Kind.BOOLEAN, Kind.INTEGER, Kind.DURATION);
            }
            setting.section().ifPresent(FactoryPromises::assertSecretsMarked);
        }
    }

    /** {@code SettingsSchema} feeds the check: a key of the instance that it lacks is told with file, line and column. */
    @Test
    protected void unknownKeysOfTheInstanceAreToldWithTheirPlace() throws Exception {
        Map<String, Object> settings = new LinkedHashMap<>(settings());
        settings.put(UNKNOWN, "x");
        assertUnknownIsTold(describe(profile(), settings));
    }

    /** {@code SettingsSchema} feeds the check: a key of a profile that it lacks is told with file, line and column. */
    @Test
    protected void unknownKeysOfAProfileAreToldWithTheirPlace() throws Exception {
        Profile profile = profile().toBuilder().setting(UNKNOWN, "x").build();
        assertUnknownIsTold(describe(profile, settings()));
    }

    private void assertUnknownIsTold(ProviderBench.Builder builder) throws IOException {
        Throwable refusal = catchThrowable(() -> open(builder));
        assertThat(refusal)
                .as(SpiSentence.SCHEMA.broken("an unknown key was not refused"))
                .isInstanceOf(ConfigurationException.class);
        try (Stream<Path> files = Files.list(folder())) {
            Path file = files.filter(FactoryPromises::holdsUnknown).findFirst().orElseThrow();
            List<String> lines = Files.readAllLines(file);
            int line = 0;
            while (!lines.get(line).contains(UNKNOWN)) {
                line++;
            }
            int column = lines.get(line).indexOf('"');
            assertThat(refusal)
                    .as(SpiSentence.SCHEMA.broken("an unknown key is told without its place"))
                    .hasMessageContaining(file + ":" + (line + 1) + ":" + (column + 1) + ": ")
                    .hasMessageContaining(UNKNOWN);
        }
    }

    private static boolean holdsUnknown(Path file) {
        try {
            return file.toString().endsWith(".yaml") && Files.readString(file).contains(UNKNOWN);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** {@code ProviderFactory.open}: fast and without side effects. */
    @Test
    protected void openingDoesNothing() throws Exception {
        try (Stream<Path> files = Files.walk(folder())) {
            assertThat(files.filter(file -> file.startsWith(bench.stateDirectory())
                            || file.startsWith(bench.context().cacheDirectory())))
                    .as(SpiSentence.OPEN.broken("opening made files"))
                    .isEmpty();
        }
    }
}
