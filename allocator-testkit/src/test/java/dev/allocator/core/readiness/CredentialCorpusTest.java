package dev.allocator.core.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Credentials;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.ProvisioningException;
import dev.allocator.Secret;
import dev.allocator.testkit.CredentialCorpus;
import dev.allocator.testkit.CredentialCorpus.Entry;
import dev.allocator.testkit.CredentialCorpus.Kind;
import dev.allocator.testkit.InProcessHost;
import dev.allocator.testkit.InProcessProviderFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The corpus against the engine and against real shells; a real chpasswd is for tests in machines. */
class CredentialCorpusTest {

    @TempDir
    Path folder;

    @Test
    void thereAreTwoHundred() {
        assertThat(CredentialCorpus.entries()).hasSizeGreaterThanOrEqualTo(200).doesNotHaveDuplicates();
    }

    @Test
    @Timeout(180)
    void whatIsRefusedIsRefusedBeforeAMachineIsMade() {
        InProcessHost host = new InProcessHost();
        try (host;
                Allocator allocator = allocator(host)) {
            for (Entry entry : refused()) {
                Throwable refusal = catchThrowable(() -> allocator.allocate(AllocationRequest.forProfile("demo")
                        .credentials(entry.credentials())
                        .build()));
                assertThat(refusal)
                        .as(entry.toString())
                        .isInstanceOfAny(IllegalArgumentException.class, ProvisioningException.class);
                assertThat(refusal.getMessage().lines()).as(entry.toString()).hasSize(1);
                assertThat(refusal).as(entry.toString()).hasMessageMatching("[^\\p{C}\\u2028\\u2029]{20,300}");
                if (entry.kind() != Kind.USER && entry.text().length() > 12) {
                    assertThat(refusal.getMessage()).doesNotContain(entry.text());
                }
                assertThat(host.machines()).isEmpty();
            }
        }
    }

    private static List<Entry> refused() {
        return CredentialCorpus.entries().stream()
                .filter(entry -> !entry.works())
                .toList();
    }

    private static Stream<Entry> working() {
        return CredentialCorpus.entries().stream().filter(Entry::works);
    }

    private Allocator allocator(InProcessHost host) {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .workingDirectory(folder)
                .stateDirectory(folder.resolve("state"))
                .environment(Map.of("HOME", folder.toString()))
                .plugin(new InProcessProviderFactory(host))
                .profile(Profile.named("demo", "in-process")
                        .setting("commands-after", "0s")
                        .build())
                .build());
    }

    @Test
    @Timeout(300)
    void whatWorksLogsIn() {
        InProcessHost host = new InProcessHost();
        try (host;
                Allocator allocator = allocator(host)) {
            // Some of each kind: the rest differs in what shells make of it.
            for (Entry entry : working()
                    .filter(entry -> entry.toString().hashCode() % 6 == 0)
                    .toList()) {
                try (Lease lease = allocator.allocate(AllocationRequest.forProfile("demo")
                        .credentials(entry.credentials())
                        .build())) {
                    assertThat(lease.exec("echo", "hello").orThrow().stdout())
                            .as(entry.toString())
                            .isEqualTo("hello\n");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash", "busybox"})
    @Timeout(180)
    void whatWorksReachesChpasswdAsItIs(String shell) throws Exception {
        for (Entry entry : working().toList()) {
            Credentials credentials = entry.credentials();
            String script = GuestScripts.personaliseScript(credentials);
            String parameters = script.substring(0, script.indexOf("\n# Makes"));
            String stub = "\nfail() { exit 9; }\nchpasswd() { cat; }\n";
            String expected = credentials.user() + ":"
                    + credentials.password().map(Secret::reveal).orElseThrow() + "\n";
            assertThat(run(shell, parameters + stub + function(script, "set_password") + "set_password\n"))
                    .as(entry.toString())
                    .isEqualTo(expected);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing of it was run").isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash", "busybox"})
    void aNameIsNoPattern(String shell) throws Exception {
        String script = GuestScripts.personaliseScript(Credentials.password("a.b", Secret.of("x")));
        String parameters = script.substring(0, script.indexOf("\n# Makes"));
        String pattern = script.lines()
                .filter(line -> line.startsWith("pattern="))
                .findFirst()
                .orElseThrow();
        String look = "\nprintf 'axb:!\\n' | grep -q \"^$pattern:!\" && echo wrong\n"
                + "printf 'a.b:!\\n' | grep -q \"^$pattern:!\" && echo right\n";
        assertThat(run(shell, parameters + "\n" + pattern + look)).isEqualTo("right\n");
    }

    private String run(String shell, String script) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(shell.equals("busybox") ? List.of("/bin/busybox", "sh") : List.of("/bin/" + shell));
        boolean present = Files.isExecutable(Path.of(command.get(0)));
        if (!present && "required".equals(System.getProperty("e2e"))) {
            throw new AssertionError("this test needs " + command.get(0));
        }
        assumeTrue(present, () -> "skipped: this test needs " + command.get(0));
        command.add("-s");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return text;
        }
    }

    private static String function(String script, String name) {
        int start = script.indexOf("\n" + name + "() {");
        return script.substring(start, script.indexOf("\n}\n", start) + 3);
    }
}
