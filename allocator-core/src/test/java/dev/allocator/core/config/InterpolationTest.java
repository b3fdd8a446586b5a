package dev.allocator.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.spi.ConfigNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {

    @TempDir
    Path folder;

    private Interpolation interpolation;
    private final List<String> mistakes = new ArrayList<>();

    @BeforeEach
    void files() throws IOException {
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve("secret"), "from home\n");
        Files.writeString(folder.resolve("plain"), "no line end");
        Files.writeString(folder.resolve("unix"), "one\ntwo\n\n");
        Files.writeString(folder.resolve("dos"), "one\r\n");
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF});
        interpolation = Interpolation.in(
                folder, Map.of("HOME", home.toString(), "NAME", "value", "EMPTY", "", "DOLLAR", "${env:NAME}"));
    }

    @ParameterizedTest
    @CsvSource({
        "plain,plain",
        "${env:NAME},value",
        "a${env:NAME}b${env:NAME}c,avaluebvaluec",
        "${env:NAME:-x},value",
        "${env:UNSET:-x y},x y",
        "${env:UNSET:-},''",
        "${env:EMPTY},''",
        "${env:EMPTY:-x},x",
        "${env:UNSET:-:-},:-",
        "$${env:NAME},${env:NAME}",
        "$$${env:NAME},$${env:NAME}",
        "$ {env:NAME},$ {env:NAME}",
        "$5 $(x) $$,$5 $(x) $$",
        "$${a}${env:NAME},${a}value",
        "${env:DOLLAR},${env:NAME}",
        "${file:plain},no line end",
        "${file:dos},one",
        "${file:~/secret},from home",
    })
    void replaces(String source, String expected) {
        assertThat(interpolation.apply(source, (words, what) -> mistakes.add(what)))
                .isEqualTo(expected);
        assertThat(mistakes).isEmpty();
    }

    @Test
    void stripsOneLineEndOnly() {
        assertThat(interpolation.apply("${file:unix}", (words, what) -> mistakes.add(what)))
                .isEqualTo("one\ntwo\n");
    }

    @Test
    void absolutePathsAreTakenAsTheyAre() {
        String source = "${file:" + folder.resolve("plain") + "}";

        assertThat(interpolation.apply(source, (words, what) -> mistakes.add(what)))
                .isEqualTo("no line end");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "${env:UNSET} | the environment variable UNSET is not set",
                "${ENV:NAME} | unknown '${ENV:NAME}'; write ${env:NAME} or ${file:PATH} to have it replaced",
                "${NAME} | unknown '${NAME}'; write ${env:NAME} to have it replaced",
                "${} | unknown '${}'",
                "${file:} | unknown '${file:}'",
                "${env:} | '${env:}' names no variable",
                "${env:A-B} | '${env:A-B}' names no variable",
                "${env:NAME | '${' is never closed",
                "${env:A:-${env:B}} | '${' within '${' is not supported",
                "${file:binary} | cannot use '${file:binary}': the file is not UTF-8 text",
                "${file:home} | cannot use '${file:home}': it is not a regular file",
                "${file:none} | cannot use '${file:none}': it does not exist",
            })
    void saysWhatIsWrong(String source, String message) {
        interpolation.apply(source, (words, what) -> mistakes.add(what));

        assertThat(mistakes).first().asString().startsWith(message);
    }

    @Test
    void anotherToolsFileIsLeftAlone() {
        assertThat(Interpolation.none().apply("${x} $${y} ${env:Z}", (words, what) -> mistakes.add(what)))
                .isEqualTo("${x} $${y} ${env:Z}");
    }

    @Test
    void messagesMayQuoteTheSourceOnly() throws IOException {
        Path file = Files.writeString(
                folder.resolve("f.yaml"),
                "a: x-${env:NAME}\nb: '${env:UNSET:-~}'\nc: ${env:EMPTY}\nd: ${env:UNSET:-null}\n");
        Problems problems = new Problems();

        ConfigNode root = YamlReader.read(file, interpolation, problems).orElseThrow();

        assertThat(root.get("a").orElseThrow().text()).isEqualTo("x-value");
        assertThat(root.get("a").orElseThrow().source()).isEqualTo("x-${env:NAME}");
        assertThat(root.get("a").orElseThrow()).asString().doesNotContain("value");
        assertThat(root.get("b").orElseThrow().isNull()).isFalse();
        assertThat(root.get("c").orElseThrow().isNull()).isTrue();
        assertThat(root.get("d").orElseThrow().isNull()).isFalse();
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void everyMistakeInATextIsFoundWhereItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("f.yaml"), """
                a: &a
                  - |
                    😀 $${B} ${B}
                      ${C}
                  - >-
                    folded
                    ${D} and ${E}
                b: *a
                c: "tab\\t${F}"
                d: "\\x24{G}"
                """);
        Problems problems = new Problems();

        YamlReader.read(file, interpolation, problems);

        assertThat(problems.toList())
                .extracting(problem -> problem.substring(file.toString().length() + 1, problem.indexOf(": unknown")))
                .containsExactly("3:13", "4:7", "7:5", "7:14", "9:10", "10:4");
    }
}
