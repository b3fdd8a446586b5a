package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.CommandTimeoutException;
import dev.allocator.DiscardException;
import dev.allocator.EndReason;
import dev.allocator.EndedLease;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.LeaseId;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseCommandsTest {

    private static final String FIRST = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String SECOND = "aaaaaaaa-bbbb-4000-8000-000000000002";

    private final CliRun cli = new CliRun();

    @BeforeEach
    void twoLeases() {
        cli.allocator.lease(FIRST, "127.0.0.1:4001");
        cli.allocator.lease(SECOND, "127.0.0.1:22");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:4001", FIRST, "aaaaaaaa-0", "AAAAAAAA-0000"})
    void discardsByAddressIdAndBeginningOfAnId(String name) {
        assertThat(cli.run("discard", name)).isZero();

        assertThat(cli.allocator.calls).containsExactly("discard 127.0.0.1:4001", "close");
        assertThat(cli.out() + cli.err()).isEmpty();
    }

    @Test
    void discardsUnderItsOldNameAndAtPort22WhereNoneIsGiven() {
        assertThat(cli.run("deallocate", "127.0.0.1")).isZero();

        assertThat(cli.allocator.calls).contains("discard 127.0.0.1:22");
    }

    @Test
    void refusesABeginningThatSeveralIdsHave() {
        assertThat(cli.run("discard", "aaaaaaaa")).isEqualTo(1);

        assertThat(cli.err()).isEqualTo("allocator: 2 leases have an id that starts with 'aaaaaaaa'\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:5000", "cccccccc", "cccccccc-0000-4000-8000-000000000003"})
    void isContentWithAMachineThatIsGone(String name) {
        cli.allocator.ended.add(ended());

        assertThat(cli.run("discard", name)).isZero();
        assertThat(cli.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:5001", "dddddddd", "dddddddd-0000-4000-8000-000000000003", "some-host"})
    void namesTheStateDirectoryWhereALeaseIsUnknown(String name) {
        cli.allocator.ended.add(ended());

        assertThat(cli.run("discard", name)).isEqualTo(1);
        assertThat(cli.err())
                .startsWith("allocator: no lease '" + name + "' is known in /state (")
                .endsWith("\nallocator: see TROUBLESHOOTING.md#unknown-lease\n")
                .hasLineCount(2);
        assertThat(cli.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1:x", "a b"})
    void refusesWhatIsNoAddress(String name) {
        assertThat(cli.run("discard", name)).isEqualTo(2);

        assertThat(cli.err()).startsWith("allocator: not a").hasLineCount(1);
    }

    @Nested
    class InAScriptOfSpread {

        @TempDir
        Path project;

        private final Map<String, String> labels = new HashMap<>();

        @BeforeEach
        void variables() throws Exception {
            project = project.toRealPath();
            Files.createFile(project.resolve("spread.yaml"));
            cli.directory = Files.createDirectory(project.resolve("tests"));
            cli.environment.put("SPREAD_BACKEND", "adhoc");
            cli.environment.put("SPREAD_SYSTEM", "debian-12");
            labels.put("spread.project", project.toString());
            labels.put("spread.backend", "adhoc");
            labels.put("spread.system", "debian-12");
            cli.allocator.leases.get(0).info.labels(labels);
        }

        @Test
        void discardsWhatWasAllocatedForTheSameSystem() {
            assertThat(cli.run("discard", "127.0.0.1:4001")).isZero();

            assertThat(cli.allocator.calls).containsExactly("discard 127.0.0.1:4001", "close");
        }

        @ParameterizedTest
        @ValueSource(strings = {"spread.project=/elsewhere", "spread.backend=other", "spread.system=debian-13"})
        void refusesWhatWasAllocatedForAnother(String label) {
            String[] keyAndValue = label.split("=");
            labels.put(keyAndValue[0], keyAndValue[1]);
            cli.allocator.leases.get(0).info.labels(labels);

            assertThat(cli.run("discard", "127.0.0.1:4001")).isEqualTo(1);
            assertThat(cli.err())
                    .startsWith("allocator: the machine at 127.0.0.1:4001 was allocated for system 'debian-1")
                    .contains(keyAndValue[1])
                    .endsWith(", not for system 'debian-12' of backend 'adhoc' of the spread project " + project
                            + "; to discard it anyway: allocator discard aaaaaaaa\n")
                    .hasLineCount(1);
            assertThat(cli.allocator.calls).containsExactly("close");

            assertThat(cli.run("discard", FIRST)).isZero();
        }

        @Test
        void refusesWhatWasNotAllocatedBySpread() {
            assertThat(cli.run("discard", "127.0.0.1:22")).isEqualTo(1);

            assertThat(cli.err())
                    .startsWith(
                            "allocator: the machine at 127.0.0.1:22 was allocated outside of spread, not for system ")
                    .hasLineCount(1);
        }

        @Test
        void isContentWithAMachineThatIsGone() {
            cli.allocator.ended.add(ended());

            assertThat(cli.run("discard", "127.0.0.1:5000")).isZero();
        }
    }

    @Test
    void saysWhyAMachineCouldNotBeDestroyed() {
        cli.allocator.leases.get(0).discardFails =
                new DiscardException(new LeaseId(FIRST), "cannot destroy the machine: QEMU is stuck", null);

        assertThat(cli.run("discard", FIRST)).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("allocator: cannot destroy the machine: QEMU is stuck\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--", ""})
    void runsACommandWithItsOwnOptions(String separator) {
        List<String> words =
                new java.util.ArrayList<>(List.of("exec", "127.0.0.1:4001", "ls", "-v", "--root", "--", "x"));
        if (!separator.isEmpty()) {
            words.add(2, separator);
        }
        assertThat(cli.run(words.toArray(String[]::new))).isZero();

        assertThat(cli.out()).isEqualTo("ls -v --root -- x\n");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void passesStreamsAndStatusThrough() {
        AtomicReference<dev.allocator.Command> seen = new AtomicReference<>();
        cli.stdin = "input";
        cli.allocator.leases.get(0).exec = command -> {
            seen.set(command);
            FakeLease.write(command.stderr().orElseThrow(), "problem");
            return new ExecResult("false", 7, "", "", Duration.ZERO);
        };

        assertThat(cli.run("exec", "--root", FIRST, "--timeout", "5s", "--", "false"))
                .isEqualTo(7);
        assertThat(cli.err()).isEqualTo("problem");
        assertThat(seen.get().runsAsRoot()).isTrue();
        assertThat(seen.get().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(seen.get().stdin().orElseThrow()).hasContent("input");
    }

    @Test
    void endsWith124WhenACommandTakesTooLong() {
        cli.allocator.leases.get(0).exec = command -> {
            throw new CommandTimeoutException("sleep", Duration.ofSeconds(5), "", "");
        };

        assertThat(cli.run("exec", FIRST, "--", "sleep", "9")).isEqualTo(124);
        assertThat(cli.err()).isEqualTo("allocator: 'sleep' did not end within 5s and was terminated\n");
    }

    @Test
    void endsWith255WhereThereIsNoMachineToRunIn() {
        cli.allocator.ended.add(ended());

        assertThat(cli.run("exec", "cccccccc", "--", "true")).isEqualTo(255);
        assertThat(cli.err()).isEqualTo("allocator: the lease 'cccccccc' has ended: expired at 2026-01-02T03:04:05Z\n");
        assertThat(cli.run("ssh", "127.0.0.1:9")).isEqualTo(255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:4001", FIRST, "aaaaaaaa-0"})
    void printsDataByteForByte(String name) {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        cli.allocator.leases.get(0).data = all;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        cli.stdout = out;

        assertThat(cli.run("data", name)).isZero();
        assertThat(out.toByteArray()).isEqualTo(all);
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void saysSoWhereThereIsNoData() {
        assertThat(cli.run("data", FIRST)).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("allocator: the machine of lease '" + FIRST + "' came without data\n");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void renewsAndPrintsTheNewEnd() {
        assertThat(cli.run("renew", "127.0.0.1:4001", "1h30m")).isZero();

        assertThat(cli.allocator.calls).containsExactly("renew 127.0.0.1:4001 PT1H30M", "close");
        assertThat(cli.out()).isEqualTo("2026-01-02T04:34:05Z\n");
    }

    @Test
    void renewsNothingThatHasEndedOrForNoTime() {
        cli.allocator.ended.add(ended());

        assertThat(cli.run("renew", "cccccccc", "1h")).isEqualTo(1);
        assertThat(cli.run("renew", FIRST, "0s")).isEqualTo(2);
        assertThat(cli.run("renew", FIRST)).isEqualTo(2);
        assertThat(cli.err())
                .contains("the lease 'cccccccc' has ended: expired at 2026-01-02T03:04:05Z\n")
                .contains("must be more than zero")
                .contains("Missing required parameter: 'DURATION'")
                .hasLineCount(3);
        assertThat(cli.out()).isEmpty();
    }

    private static EndedLease ended() {
        return EndedLease.builder(
                        new LeaseId("cccccccc-0000-4000-8000-000000000003"),
                        "debian-12",
                        EndReason.EXPIRED,
                        Instant.EPOCH,
                        Instant.parse("2026-01-02T03:04:05.678Z"))
                .address(new HostAndPort("127.0.0.1", 5000))
                .build();
    }
}
