package dev.allocator.script.adhoc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.script.hook.HookRun;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found in the output of a script that nobody watched to its end. */
class AdhocOutputTest {

    @TempDir
    Path folder;

    private final byte[] flood = "y\n".repeat(1 << 19).getBytes(StandardCharsets.UTF_8);

    private HookRun run() {
        return new HookRun(folder, "allocate", 1);
    }

    private void printing(String first, int mebibytes, String last) throws IOException {
        try (OutputStream output = Files.newOutputStream(run().output())) {
            output.write(first.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < mebibytes; i++) {
                output.write(flood);
            }
            output.write(last.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void addressesAreFoundInAFloodThatNobodyHasCut() throws IOException {
        printing("<ADDRESS one:1>\n", 40, "<ADDRESS three:3>\n");
        Files.writeString(run().results(), "<ADDRESS two:2>\n");
        assertThat(AdhocOutput.addresses(run())).containsExactly("one:1", "two:2");
    }

    @Test
    void aLineWithoutEndIsNoAddressAndHidesNone() throws IOException {
        printing("<ADDRESS " + "x".repeat(1 << 20) + "\n<ADDRESS one:1>\r\n", 0, "\0\377<ADDRESS two:2>");
        assertThat(AdhocOutput.addresses(run())).containsExactly("one:1");
    }

    @Test
    void aScriptThatNeverRanPrintedNone() throws IOException {
        assertThat(AdhocOutput.addresses(run())).isEmpty();
    }
}
