package dev.allocator.core.reaper;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentFileTest {

    @TempDir
    Path folder;

    @Test
    void theLauncherReadsWhatWasWritten() throws Exception {
        Path program = folder.resolve("Echo.java");
        Files.writeString(program, """
                class Echo {
                    public static void main(String[] arguments) {
                        for (String argument : arguments) {
                            System.out.print(argument + "|");
                        }
                    }
                }
                """);
        List<String> hostile = List.of(
                "a b",
                "it's",
                "\"quoted\"",
                "back\\slash",
                "#no comment",
                "new\nline",
                "",
                "@x",
                "tab\there",
                "$HOME *");
        Path file = folder.resolve("args");
        List<String> all = new java.util.ArrayList<>(List.of("-XX:TieredStopAtLevel=1", program.toString()));
        all.addAll(hostile);
        Files.writeString(file, ArgumentFile.of(all));
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + file)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(new String(java.getInputStream().readAllBytes())).isEqualTo(String.join("|", hostile) + "|");
    }
}
