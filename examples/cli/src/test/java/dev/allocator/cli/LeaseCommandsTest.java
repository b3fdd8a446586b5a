package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.CommandTimeoutException;
import dev.allocator.DiscardException;
import dev.allocator.EndReason;
import dev.allocator.EndedLease;
import dev.allocator.ExecResult;
import dev.allocator.HostAndPort;
import dev.allocator.LeaseId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
                .hasLineCount(1);
        assertThat(cli.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1:x", "a b"})
    void refusesWhatIsNoAddress(String name) {
        assertThat(cli.run("discard", name)).isEqualTo(2);

        assertThat(cli.err()).startsWith("allocator: not a").hasLineCount(1);
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
