package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpiSentenceTest {

    @ParameterizedTest
    @EnumSource
    void theSpiSaysSo(SpiSentence sentence) throws Exception {
        Path source = Path.of(
                System.getProperty("project.root"),
                "allocator-api/src/main/java/dev/allocator/spi",
                sentence.type() + ".java");
        assertThat(Files.readString(source).replaceAll("\\s+\\*?\\s*", " ")).contains(sentence.text());
    }
}
