package dev.allocator.script.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against what a real bash prints of its variables in the trace and by its own means of quoting. */
@Timeout(180)
class MaskingTest {

    private static final String SCRIPT = """
            set -x
            : "$SECRET"
            : before"$SECRET"after
            : $SECRET
            copy=$SECRET
            copy="a $SECRET b"
            array=(one "$SECRET")
            [[ $SECRET == "$SECRET" ]]
            [[ x != *"$SECRET"* ]]
            [ "$SECRET" = x ]
            export OTHER="$SECRET"
            : "${SECRET@Q}"
            printf '%q\\n' "$SECRET"
            printf '%s\\n' "$SECRET"
            declare -p SECRET copy
            export -p
            set
            for one in "$SECRET"; do : "$one"; done
            case "$SECRET" in x) ;; esac
            eval "printf '%s\\n' ${SECRET@Q}"
            cat <<<"$SECRET"
            bash -xc ': "$1"' bash "$SECRET"
            sh -xc ': "$1"; set' sh "$SECRET"
            """;

    @TempDir
    Path folder;

    private static List<String> corpus() {
        List<String> secrets = new ArrayList<>(List.of(
                "plain-needle",
                "it's-needle",
                "'needle'",
                "''needle''needle",
                "\"needle\"",
                "nee$dle",
                "$(needle)",
                "`needle`",
                "nee\\dle",
                "\\needle\\",
                "nee\\'dle",
                "nee\\\\dle\\\"x",
                "needle one",
                "needle  two   spaces",
                " needle ",
                "tab\tneedle",
                "nee!dle!",
                "needle*?[a-z]~{a,b}",
                "#needle;&|<>()",
                "-needle",
                "needle=x",
                "nädle-ß-needle",
                "needle-\u20ac-\u00e9",
                "\ud83d\ude00-needle",
                "needle\u200bx",
                "needle\u0085x",
                "needle\u0001\u0007\b\u001b\u007f\f\u000bx",
                "%needle%s%n",
                "needle.*\\E\\Q",
                "line1-needle\nline2-needle\nit's line 3",
                "needle\r\nneedle2"));
        Random random = new Random(42);
        String alphabet = "'\"\\$` !#%&()*;<>?[]^{|}~abcXYZ019äß€\ud83d\ude00";
        int[] points = alphabet.codePoints().toArray();
        for (int i = 0; i < 20; i++) {
            StringBuilder secret = new StringBuilder("needle");
            for (int j = 0; j < 12; j++) {
                secret.appendCodePoint(points[random.nextInt(points.length)]);
            }
            secrets.add(secret.toString());
        }
        return secrets;
    }

    @Test
    void nothingThatBashPrintsShowsASecret() throws Exception {
        for (String locale : List.of("C.UTF-8", "C")) {
            for (String secret : corpus()) {
                String output = bash(locale, secret);
                assertThat(visible(output)).as("the test sees it otherwise").isTrue();
                Masking masking = Masking.of(List.of(secret));
                StringBuilder shown = new StringBuilder();
                output.lines()
                        .map(masking::mask)
                        .filter(line -> visible(line))
                        .forEach(line -> shown.append(line).append('\n'));
                assertThat(shown.toString())
                        .as("in locale " + locale + " of <" + secret + ">")
                        .isEmpty();
            }
        }
    }

    /** Of each secret, the letters of one word: they survive all quoting but a backslash before each. */
    private static boolean visible(String text) {
        String letters = text.replaceAll("[^A-Za-z0-9]", "");
        return letters.contains("needle") || letters.contains("needle".replace("e", "ee")) || letters.contains("nädle");
    }

    private String bash(String locale, String secret) throws IOException, InterruptedException {
        Path script =
                Files.writeString(folder.resolve("script"), "SECRET='" + secret.replace("'", "'\\''") + "'\n" + SCRIPT);
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("/bin/bash", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("LC_ALL", locale);
        builder.start().waitFor();
        return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    }

    @Test
    void jsonShowsNoSecret() throws Exception {
        JsonMapper plain = new JsonMapper();
        JsonMapper ascii =
                JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        for (String secret : corpus()) {
            Masking masking = Masking.of(List.of(secret));
            for (JsonMapper json : List.of(plain, ascii)) {
                assertThat(masking.mask(json.writeValueAsString(List.of(secret))))
                        .as(secret)
                        .doesNotContain("needle", "dle");
            }
        }
    }

    @Test
    void whatIsNotSecretStays() {
        Masking masking = Masking.of(List.of("s3cret", "", "-----BEGIN KEY-----\nAAAA\n-----END KEY-----"));
        assertThat(masking.mask("user s3cre t -----BEGIN KEY-----")).isEqualTo("user s3cre t -----BEGIN KEY-----");
        assertThat(masking.mask("x s3crets AAAA")).isEqualTo("x ***s ***");
        assertThat(Masking.of(List.of()).mask("anything")).isEqualTo("anything");
    }

    @Test
    void theLongerOfTwoSecretsIsHiddenFirst() {
        assertThat(Masking.of(List.of("abc", "abcdef")).mask("abcdef abc")).isEqualTo("*** ***");
    }

    @Test
    void aLongLineIsNoTrap() {
        Masking masking = Masking.of(List.of("''\\\\''''    ''x", "   a   b   c", "aaaaaaaaaaaaaaaab"));
        String hostile = "'\\".repeat(16_000) + " ".repeat(16_000) + "a".repeat(16_000);
        assertThat(masking.mask(hostile)).isEqualTo(hostile);
    }

    @Test
    void aSecretAsLongAsAFileIsHiddenToo() {
        String file = "c2VjcmV0".repeat(8000);
        assertThat(Masking.of(List.of("key: " + file + "\nshort-secret"))
                        .mask("+ request='key: " + file + " short-secret'"))
                .isEqualTo("+ request='*** ***'");
    }
}
