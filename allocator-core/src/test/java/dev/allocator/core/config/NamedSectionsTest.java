package dev.allocator.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.ConfigurationException;
import dev.allocator.DataSize;
import dev.allocator.Secret;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.Settings;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.spi.SettingsSchema.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of any name with a section each: {@link Kind#SECTIONS}. */
class NamedSectionsTest {

    private static final SettingsSchema HOST = SettingsSchema.empty()
            .required("address", Kind.STRING, "where it is")
            .optional("memory", Kind.SIZE, "memory in all")
            .optional("password", Kind.SECRET, "a secret")
            .optional("labels", Kind.MAP, "words")
            .optionalSections("disks", SettingsSchema.empty().optional("size", Kind.SIZE, "a size"), "disks");

    private static final SettingsSchema SCHEMA = SettingsSchema.empty()
            .optional("cleanup", Kind.STRING, "a line")
            .optionalSections("hosts", HOST, "the hosts by name");

    @TempDir
    Path folder;

    @Test
    void keepsTheOrderInWhichTheyWereWritten() throws IOException {
        CheckedSettings settings = read("""
                hosts:
                  zulu: {address: z, memory: 2GiB, labels: {gpu: "yes"}}
                  alpha: {address: a, disks: {sdb: {size: 1G}, sda: {}}}
                  mike: {address: m}
                """);

        assertThat(List.copyOf(settings.sections("hosts").keySet())).containsExactly("zulu", "alpha", "mike");
        Settings zulu = settings.sections("hosts").get("zulu");
        assertThat(zulu.string("address")).contains("z");
        assertThat(zulu.size("memory")).contains(DataSize.ofGibibytes(2));
        assertThat(zulu.map("labels")).isEqualTo(Map.of("gpu", "yes"));
        assertThat(zulu.sections("disks")).isEmpty();
        Map<String, Settings> disks = settings.sections("hosts").get("alpha").sections("disks");
        assertThat(List.copyOf(disks.keySet())).containsExactly("sdb", "sda");
        assertThat(disks.get("sdb").size("size")).contains(DataSize.ofGibibytes(1));
    }

    @Test
    void knowsWhereEachValueWasWritten() throws IOException {
        CheckedSettings settings = read("""
                cleanup: c
                hosts:
                  one: {address: a}
                """);

        assertThat(settings.location("hosts").line()).isEqualTo(3);
        Settings one = settings.sections("hosts").get("one");
        assertThat(one.location("address")).isEqualTo(new Location(file(), 3, 18));
        assertThat(one.location("memory")).as("missing: the host's name").isEqualTo(new Location(file(), 3, 3));
    }

    @Test
    void noneIsNoMistake() throws IOException {
        for (String none : List.of("", "hosts:\n", "hosts: ~\n", "hosts: {}\n")) {
            assertThat(read(none).sections("hosts")).isEmpty();
        }
    }

    @Test
    void reportsWhatIsWrongInAnyOfThem() {
        refused("hosts: {a: {adress: x}}\n", "1:13: unknown key 'adress' in 'hosts.a'; did you mean 'address'?");
        refused("hosts: {a: {memory: 1GiB}}\n", "1:9: 'hosts.a' needs 'address': where it is");
        refused(
                "hosts: {a: {address: x, memory: much}, b: {address: [x]}}\n",
                "1:33: 'memory' must be a size such as 4GiB, not 'much'\n"
                        + "1:53: 'address' must be a text, not a list");
        refused("hosts: {a: ~}\n", "1:9: 'hosts.a' needs 'address': where it is");
        refused("hosts: {a: x}\n", "1:12: 'hosts.a' must be a section of keys, not a text");
        refused("hosts: {a: [x]}\n", "1:12: 'hosts.a' must be a section of keys, not a list");
        refused("hosts: [x]\n", "1:8: 'hosts' must be a section of named sections, not a list");
        refused("hosts: x\n", "1:8: 'hosts' must be a section of named sections, not a text");
        refused(
                "hosts: {a: {address: x, disks: {sda: {sise: 1G}}}}\n",
                "1:39: unknown key 'sise' in 'disks.sda'; did you mean 'size'?");
    }

    @Test
    void leavesTheirSecretsOut() throws IOException {
        CheckedSettings settings = read("hosts: {b: {address: x, password: hunter2}, a: {address: y, memory: 1GiB}}\n");

        assertThat(settings.sections("hosts").get("b").secret("password")).contains(Secret.of("hunter2"));
        assertThat(settings.withoutSecrets())
                .isEqualTo(Map.of(
                        "hosts", Map.of("b", Map.of("address", "x"), "a", Map.of("address", "y", "memory", "1GiB"))));
        assertThat(settings.toString() + settings.sections("hosts")).doesNotContain("hunter2");
    }

    @Test
    void cannotBeChangedOrTakenForAnotherKind() throws IOException {
        CheckedSettings settings = read("hosts: {a: {address: x}}\n");

        assertThatThrownBy(() -> settings.sections("hosts").clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> settings.section("hosts"));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.map("hosts"));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.sections("cleanup"));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.sections("guests"));
    }

    private void refused(String yaml, String problems) {
        assertThatThrownBy(() -> read(yaml))
                .as(yaml)
                .isInstanceOf(ConfigurationException.class)
                .extracting(e -> String.valueOf(e.getMessage()).replace(file() + ":", ""))
                .isEqualTo(problems);
    }

    private String file() {
        return folder.resolve("allocator.yaml").toString();
    }

    private CheckedSettings read(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("allocator.yaml"), yaml);
        Problems problems = new Problems();
        ConfigNode node = YamlReader.read(file, Interpolation.in(folder, Map.of()), problems)
                .orElseThrow();
        problems.throwIfAny();
        return SettingsReader.read(
                new SettingsReader.Section("provider 'x'", new Location(file(), 0, 0), node), SCHEMA);
    }
}
