package dev.allocator.script.fixed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Diagnosis.Severity;
import dev.allocator.testkit.ProviderBench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

    @TempDir
    Path folder;

    private ServerSocket up;
    private String address;

    @BeforeEach
    void listen() throws IOException {
        up = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        address = "127.0.0.1:" + up.getLocalPort();
    }

    @AfterEach
    void close() throws IOException {
        up.close();
    }

    @Test
    void aHostThatAnswersIsNotWorthAWord() throws Exception {
        assertThat(diagnose(new Lab(folder).host("up", "address", address))).isEmpty();
    }

    @Test
    void eachHostThatCannotBeHadIsNamed() throws Exception {
        String down = closedPort();
        List<Diagnosis> found = diagnose(new Lab(folder)
                .host("up", "address", address)
                .host("down", "address", down)
                .host("nameless", "address", "no-such-host.invalid")
                .host("resting", "address", address.replace("127.0.0.1", "localhost"), "drain", "new fan"));

        assertThat(found).allMatch(diagnosis -> diagnosis.severity() == Severity.WARNING);
        assertThat(found)
                .extracting(Diagnosis::message)
                .satisfiesExactly(
                        message -> assertThat(message).startsWith("'down' does not answer at " + down + ": "),
                        message -> assertThat(message)
                                .isEqualTo("'nameless' does not answer at no-such-host.invalid:22: its name is not"
                                        + " known"),
                        message -> assertThat(message)
                                .isEqualTo("'resting' gets no new users: it is being drained (new fan)"));
    }

    @Test
    void twoHostsAtOneAddressAreOneTooMany() throws Exception {
        assertThat(diagnose(new Lab(folder).host("a", "address", address).host("b", "address", address)))
                .extracting(Diagnosis::message)
                .containsExactly("'b' and 'a' are both at " + address
                        + ", so that it has users of both at once: name each host once, with 'slots'");
    }

    @Test
    void whereNobodyCanBeHadNothingCanBeMade() throws Exception {
        assertThat(diagnose(new Lab(folder).host("up", "address", address, "drain", "sold")))
                .extracting(Diagnosis::severity, Diagnosis::message)
                .contains(org.assertj.core.api.Assertions.tuple(Severity.ERROR, "none of the 1 hosts can be had"));
    }

    @Test
    void withoutHostsThereIsNothingToComplainAbout() throws Exception {
        assertThat(diagnose(new Lab(folder))).extracting(Diagnosis::severity).containsExactly(Severity.INFO);
    }

    @Test
    void thePathInTheRemedyIsQuotedForAShell() throws Exception {
        Path odd = Files.createDirectory(folder.resolve("it's odd"));
        Lab lab = new Lab(odd).host("up", "address", address);
        try (ProviderBench bench = lab.open(Lab.profile().build())) {
            Path file = bench.context().directories().resolve("out-of-service/up");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "\nsmoke\n");
            String message = bench.provider().diagnose().get(0).message();

            assertThat(message).startsWith("'up' gets no new users: it is out of service (smoke); put it back with: ");
            assertThat(new ProcessBuilder("sh", "-c", message.substring(message.indexOf("rm ")))
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(bench.provider().diagnose()).isEmpty();
        }
    }

    private static List<Diagnosis> diagnose(Lab lab) throws Exception {
        try (ProviderBench bench = lab.open(Lab.profile().build())) {
            return bench.provider().diagnose();
        }
    }

    private static String closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }
}
