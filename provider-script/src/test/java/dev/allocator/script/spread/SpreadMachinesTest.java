package dev.allocator.script.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.Credentials;
import dev.allocator.Lease;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.script.Requirement;
import dev.allocator.testkit.Accounts;
import dev.allocator.testkit.InProcessSshServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines of a spread project in a Java program. */
class SpreadMachinesTest {

    private static final String PASSWORD = "it's $5 \"each\"";

    @TempDir
    Path folder;

    private final Accounts accounts = new Accounts();
    private InProcessSshServer server;
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    @BeforeEach
    void project() throws Exception {
        Requirement.program("bash");
        accounts.add(Credentials.password("tester", Secret.of(PASSWORD)));
        server = InProcessSshServer.builder(Files.createDirectories(folder.resolve("home")))
                .accounts(accounts)
                .start();
        environment.remove("ALLOCATOR_CONFIG");
        environment.put("TESTER_PASSWORD", PASSWORD);
        Files.createDirectories(folder.resolve("project/sub"));
        write("spread.yaml", """
                project: example
                path: /remote
                reroot: sub
                environment:
                  TESTER_PASSWORD: '$(HOST: echo run >>../runs; echo "$TESTER_PASSWORD")'
                backends:
                  adhoc:
                    allocate: |
                      pwd >where
                      echo "$SPREAD_BACKEND/$SPREAD_SYSTEM/$SPREAD_SYSTEM_USERNAME" >allocated
                      printf '%%s\\n' "${SPREAD_PASSWORD:-none}" >>allocated
                      ADDRESS %s
                    discard: |
                      echo "$SPREAD_SYSTEM $SPREAD_SYSTEM_ADDRESS" >discarded
                    kill-timeout: 30s
                    systems:
                      - debian-12:
                          username: tester
                          password: $TESTER_PASSWORD
                          workers: 2
                  google:
                    key: "$(HOST: touch never)"
                    systems: [ubuntu-24.04-64]
                suites:
                  tests/: {summary: none of our business}
                """.formatted(server.address()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aProgramGetsTheMachineThatSpreadGets() throws Exception {
        write("allocator.yaml", "sources: [spread.yaml]\n");

        try (Allocator allocator = open()) {
            assertThat(project("runs"))
                    .as("nothing is run before somebody asks")
                    .doesNotExist();
            assertThat(allocator.profiles()).extracting(Profile::name).containsExactly("adhoc:debian-12");
            assertThat(allocator.profiles().get(0).timeout()).contains(Duration.parse("PT10M30S"));
            assertThat(allocator.health())
                    .allSatisfy(health -> assertThat(health.messages()).isEmpty());
            try (Lease lease = allocator.allocate("adhoc:debian-12")) {
                assertThat(lease.exec("echo", "hello").orThrow().stdout()).isEqualTo("hello\n");
                assertThat(lease.endpoint().orElseThrow().user()).isEqualTo("tester");
            }
        }

        Path root = folder.resolve("project/sub");
        assertThat(root.resolve("where")).hasContent(root.toRealPath().toString());
        assertThat(root.resolve("allocated")).hasContent("adhoc/debian-12/tester\nnone");
        assertThat(root.resolve("discarded")).hasContent("debian-12 " + server.address());
        assertThat(folder.resolve("runs")).as("once for the machine").hasContent("run");
        assertThat(project("never")).doesNotExist();
    }

    @Test
    void spreadYamlMayBeTheConfigurationItself() {
        environment.put("ALLOCATOR_CONFIG", "spread.yaml");

        try (Allocator allocator = open();
                Lease lease = allocator.allocate("adhoc:debian-12")) {
            assertThat(lease.exec("true").exitStatus()).isZero();
        }
    }

    @Test
    void onlyWhoAsksForAMachineThatCannotBeHadIsToldWhy() throws Exception {
        write("allocator.yaml", "sources: spread.yaml\n");

        try (Allocator allocator = open()) {
            assertThatThrownBy(() -> allocator.allocate("google:ubuntu-24.04-64"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage(project("spread.yaml") + ":23:15: the profile 'google:ubuntu-24.04-64' cannot be used:"
                            + " the backend 'google' is of type 'google'; of spread's backends, adhoc, lxd and qemu are"
                            + " supported");
        }
    }

    private Allocator open() {
        return Allocator.open(AllocatorOptions.builder()
                .workingDirectory(folder.resolve("project"))
                .environment(environment)
                .stateDirectory(folder.resolve("state"))
                .build());
    }

    private Path project(String name) {
        return folder.resolve("project").resolve(name);
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(project(name), text);
    }
}
