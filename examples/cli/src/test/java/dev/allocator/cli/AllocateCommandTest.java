package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.AllocationFailure;
import dev.allocator.AllocationRequest;
import dev.allocator.ConfigurationException;
import dev.allocator.Keep;
import dev.allocator.Lease;
import dev.allocator.LeaseInfo;
import dev.allocator.LeaseState;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.ProvisioningException;
import dev.allocator.Secret;
import dev.allocator.UnknownProfileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllocateCommandTest {

    private final CliRun cli = new CliRun();

    @Test
    void printsTheAddressAloneAndDetachesAfterwards() {
        assertThat(cli.run("allocate", "debian-12")).isZero();

        assertThat(cli.out()).isEqualTo("127.0.0.1:40123\n");
        assertThat(cli.err()).isEqualTo("""
                        allocator: debian-12: creating the machine
                        allocator: debian-12: the guest is booting
                        allocator: debian-12: ready after 0s, lease 11111111-2222-4333-8444-555555555555
                        """);
        assertThat(cli.allocator.calls).containsExactly("allocate", "detach", "close");
    }

    @Test
    void asksForTheProfilesOwnLogInWhenNoUserIsNamed() {
        cli.environment.put("ALLOCATOR_PASSWORD", "canary");
        cli.run("allocate", "debian-12");

        AllocationRequest request = cli.allocator.requests.get(0);
        assertThat(request.credentials()).isEmpty();
        assertThat(request.ttl()).contains(Duration.ofHours(24));
        assertThat(request.timeout()).isEmpty();
    }

    @Test
    void passesOptionsOn() {
        cli.run(
                "allocate",
                "debian-12",
                "--ttl",
                "90m",
                "--timeout=1m30s",
                "--label",
                "job=17",
                "--label",
                "by=me",
                "--config",
                "x.yaml",
                "--state-dir",
                "/s");

        AllocationRequest request = cli.allocator.requests.get(0);
        assertThat(request.ttl()).contains(Duration.ofMinutes(90));
        assertThat(request.timeout()).contains(Duration.ofSeconds(90));
        assertThat(request.labels()).containsExactly(Map.entry("job", "17"), Map.entry("by", "me"));
        assertThat(cli.options.configFile()).contains(Path.of("x.yaml"));
        assertThat(cli.options.stateDirectory()).contains(Path.of("/s"));
    }

    @Test
    void callsAnEmptyUserRootAndAnEmptyPasswordSpreads() {
        cli.environment.put("SPREAD_PASSWORD", "s3ss ion");
        assertThat(cli.run("allocate", "debian-12", "", "")).isZero();

        assertThat(credentials()).isEqualTo("root:s3ss ion");
    }

    @Test
    void prefersTheWordToTheDescriptorToOurVariableToSpreads() {
        cli.environment.put("SPREAD_PASSWORD", "four");
        cli.run("allocate", "debian-12", "u");
        assertThat(credentials()).isEqualTo("u:four");

        cli.environment.put("ALLOCATOR_PASSWORD", "three");
        cli.run("allocate", "debian-12", "u");
        assertThat(credentials()).isEqualTo("u:three");

        cli.stdin = "two\nmore";
        cli.run("allocate", "debian-12", "u", "--password-fd", "0");
        assertThat(credentials()).isEqualTo("u:two");

        cli.run("allocate", "debian-12", "u", "one", "--password-fd", "0");
        assertThat(credentials()).isEqualTo("u:one");
    }

    @Test
    void needsAPasswordForAUser() {
        assertThat(cli.run("allocate", "debian-12", "debian", "")).isEqualTo(1);

        assertThat(cli.out())
                .isEqualTo("no password for user 'debian': give one as PASSWORD, by --password-fd, or in "
                        + "ALLOCATOR_PASSWORD or SPREAD_PASSWORD\n");
        assertThat(cli.err()).isEqualTo("allocator: " + cli.out());
        assertThat(cli.allocator.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-canary", "--canary=x", "-vqcanary"})
    void neverRepeatsAWordThatMayBeAPassword(String password) {
        assertThat(cli.run("allocate", "debian-12", "debian", password)).isEqualTo(2);

        assertThat(cli.out()).contains("after '--'").doesNotContain("canary").hasLineCount(1);
        assertThat(cli.err()).doesNotContain("canary").hasLineCount(1);
        assertThat(cli.run("allocate", "--", "debian-12", "debian", password)).isZero();
        assertThat(credentials()).isEqualTo("debian:" + password);
    }

    @Test
    void neverRepeatsAWordTooMany() {
        assertThat(cli.run("allocate", "debian-12", "debian", "x", "canary")).isEqualTo(2);
        assertThat(cli.run("alocate", "debian-12", "debian", "canary")).isEqualTo(2);

        assertThat(cli.out() + cli.err()).doesNotContain("canary").contains("did you mean 'allocate'?");
    }

    @Test
    void refusesAUserThatIsNone() {
        assertThat(cli.run("allocate", "debian-12", "a b", "canary")).isEqualTo(2);

        assertThat(cli.out()).startsWith("not a user name: 'a b'").hasLineCount(1);
    }

    @Test
    void printsTheReasonOnOneLineAndTheDetailsBesideIt() {
        AllocationFailure failure = AllocationFailure.builder("debian-12", Phase.REACH, "the guest\n panicked")
                .evidence(Path.of("/evidence"))
                .consoleTail(List.of("line one", "Kernel \033[31mpanic"))
                .build();
        cli.allocator.result = CompletableFuture.failedFuture(new ProvisioningException(failure, null));

        assertThat(cli.run("allocate", "debian-12")).isEqualTo(1);
        assertThat(cli.out()).isEqualTo("cannot allocate 'debian-12': reach: the guest panicked (see /evidence)\n");
        assertThat(cli.err()).isEqualTo("""
                        allocator: cannot allocate 'debian-12': reach: the guest panicked (see /evidence)
                        allocator: the machine's console ended with:
                        allocator:   line one
                        allocator:   Kernel [31mpanic
                        """);
    }

    @Test
    void squeezesTheProblemsOfAConfigurationIntoOneLine() {
        cli.openFails = new ConfigurationException(List.of("a.yaml:1:2: no", "a.yaml:3:4: neither"));

        assertThat(cli.run("allocate", "debian-12")).isEqualTo(1);
        assertThat(cli.out()).isEqualTo("a.yaml:1:2: no; a.yaml:3:4: neither\n");
        assertThat(cli.err()).isEqualTo("allocator: a.yaml:1:2: no\nallocator: a.yaml:3:4: neither\n");
    }

    @Test
    void showsAStackTraceOnlyIfAskedTo() {
        cli.allocator.result = CompletableFuture.failedFuture(new UnknownProfileException("x", "no profile 'x'"));

        assertThat(cli.run("allocate", "x")).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("allocator: no profile 'x'\n");
        assertThat(cli.run("-v", "allocate", "x")).isEqualTo(1);
        assertThat(cli.err()).contains("at dev.allocator.cli.AllocateCommand");
        assertThat(cli.out()).isEqualTo("no profile 'x'\nno profile 'x'\n");
    }

    @Test
    void tellsSpreadOfAnUnknownSystemInTheWordsOfTheOtherProgram() {
        cli.environment.put("SPREAD_BACKEND", "adhoc");
        cli.environment.put("SPREAD_SYSTEM", "x-1");
        cli.allocator.result = CompletableFuture.failedFuture(new UnknownProfileException("x-1", "no profile 'x-1'"));

        assertThat(cli.run("allocate", "x-1")).isEqualTo(1);
        assertThat(cli.out())
                .isEqualTo("cannot allocate: system \"x-1\" not found in configuration: no profile 'x-1'\n");
    }

    private FakeLease withoutAddress() {
        FakeLease lease = cli.allocator.lease("11111111-2222-4333-8444-555555555555", "127.0.0.1:40123");
        lease.endpoint = null;
        lease.info = LeaseInfo.builder(lease.id(), "demo", "local", LeaseState.READY, Instant.EPOCH);
        cli.allocator.result = CompletableFuture.completedFuture(lease);
        return lease;
    }

    @Test
    void printsTheLeaseOfAMachineWithoutAnAddress() {
        withoutAddress();

        assertThat(cli.run("allocate", "demo")).isZero();
        assertThat(cli.out()).isEqualTo("11111111-2222-4333-8444-555555555555\n");
        assertThat(cli.allocator.calls).containsExactly("allocate", "detach", "close");
    }

    @Test
    void aProfilesOwnTtlCountsMoreThanADay() {
        cli.allocator.profiles =
                List.of(Profile.named("short", "local").ttl(Duration.ofHours(2)).build());
        cli.run("allocate", "short");
        cli.run("allocate", "--ttl", "5m", "short");

        assertThat(cli.allocator.requests)
                .extracting(request -> request.ttl().orElseThrow())
                .containsExactly(Duration.ofHours(2), Duration.ofMinutes(5));
    }

    @Test
    void printsAnAddressThatNobodyLogsInTo() {
        FakeLease lease = withoutAddress();
        lease.info.address(lease.address);

        assertThat(cli.run("allocate", "demo")).isZero();
        assertThat(cli.out()).isEqualTo("127.0.0.1:40123\n");
    }

    @Test
    void spreadNeedsAnAddress() {
        withoutAddress();
        cli.environment.put("SPREAD_BACKEND", "adhoc");
        cli.environment.put("SPREAD_SYSTEM", "demo");

        assertThat(cli.run("allocate", "demo")).isEqualTo(1);
        assertThat(cli.out()).isEqualTo("cannot allocate 'demo': its machines have no address, which spread needs\n");
        assertThat(cli.allocator.calls).containsExactly("allocate", "discard 127.0.0.1:40123", "close");
    }

    @Test
    void discardsAMachineWhoseAddressNobodyReads() {
        cli.stdout = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };

        assertThat(cli.run("allocate", "debian-12")).isEqualTo(1);
        assertThat(cli.allocator.calls).containsExactly("allocate", "discard 127.0.0.1:40123", "close");
        assertThat(cli.err()).endsWith("allocator: nobody reads the address, so the machine was discarded\n");
    }

    @Test
    void restrictsProfilesToABackendOnEitherSideOfTheCommand() {
        cli.allocator.profiles = List.of(
                Profile.named("here", "local").build(),
                Profile.named("there", "lxd").build());

        assertThat(cli.run("--backend", "qemu", "allocate", "here")).isZero();
        assertThat(cli.run("allocate", "--backend", "lxd", "there")).isZero();
        assertThat(cli.run("-b", "local", "allocate", "here")).isZero();
        assertThat(cli.allocator.requests).hasSize(3);

        assertThat(cli.run("--backend", "lxd", "allocate", "here")).isEqualTo(1);
        assertThat(cli.allocator.requests).hasSize(3);
        assertThat(cli.out())
                .endsWith(
                        "cannot allocate 'here': its provider 'local' is of type 'qemu', not 'lxd' as --backend asks\n");
    }

    @Test
    void undoesTheAllocationOnASignal() throws InterruptedException {
        CompletableFuture<Lease> never = new CompletableFuture<>();
        cli.allocator.result = never;
        AtomicInteger status = new AtomicInteger(-1);
        Thread main = new Thread(() -> status.set(cli.run("allocate", "debian-12")), "test-main");
        main.start();
        await().until(() -> cli.allocator.calls.contains("allocate"));
        cli.signal();
        main.join(10_000);

        assertThat(never).isCancelled();
        assertThat(status).hasValue(1);
        assertThat(cli.out()).isEqualTo("cannot allocate 'debian-12': interrupted by a signal\n");
        assertThat(cli.err()).isEqualTo("allocator: interrupted by a signal, destroying the machine\n");
        assertThat(cli.allocator.calls).contains("close").doesNotContain("detach");
    }

    @Test
    void undoesTheAllocationWhenACallerEnds() throws Exception {
        Process caller = new ProcessBuilder("setsid", "sh", "-c", "sh -c 'echo $$; exec sleep 600'; :").start();
        long called = Long.parseLong(caller.inputReader().readLine());
        cli.callers = Callers.of(called);
        CompletableFuture<Lease> never = new CompletableFuture<>();
        cli.allocator.result = never;
        AtomicInteger status = new AtomicInteger(-1);
        Thread main = new Thread(() -> status.set(cli.run("allocate", "debian-12")), "test-main");
        main.start();
        await().until(() -> cli.allocator.calls.contains("allocate"));
        caller.destroyForcibly();
        main.join(10_000);
        ProcessHandle.of(called).ifPresent(ProcessHandle::destroyForcibly);

        String why = "process " + caller.pid() + " (sh), which called it, has ended";
        assertThat(status).hasValue(1);
        assertThat(cli.exits).containsExactly(1);
        await().untilAsserted(() -> assertThat(cli.out()).isEqualTo("cannot allocate 'debian-12': " + why + "\n"));
        assertThat(cli.err()).isEqualTo("allocator: " + why + ", destroying the machine\n");
        assertThat(cli.allocator.calls).contains("close").doesNotContain("detach");
    }

    @Test
    void passesTheGracePeriodOn() {
        cli.environment.put("ALLOCATOR_SPREAD_GRACE", "1h");
        assertThat(cli.run("allocate", "debian-12")).isZero();
        assertThat(cli.options.environment()).containsEntry("ALLOCATOR_SPREAD_GRACE", "1h");

        assertThat(cli.run("allocate", "debian-12", "--spread-grace", "90s")).isZero();
        assertThat(cli.options.environment()).containsEntry("ALLOCATOR_SPREAD_GRACE", "1m30s");

        assertThat(cli.run("allocate", "debian-12", "--spread-grace", "0s")).isEqualTo(2);
        assertThat(cli.out()).contains("Invalid value for option '--spread-grace': ");
    }

    @Test
    void ignoresASignalOnceTheAddressIsHandedOver() {
        assertThat(cli.run("allocate", "debian-12")).isZero();
        cli.signal();

        assertThat(cli.endedNow).containsExactly(0);
        assertThat(cli.allocator.calls).containsExactly("allocate", "detach", "close");
    }

    @Test
    void rewritesOneLineOnATerminal() {
        cli.liveLine = true;
        cli.run("allocate", "debian-12");

        assertThat(cli.err())
                .startsWith("\033[?7ldebian-12: creating the machine (0s)\033[?7h\r\033[K"
                        + "\033[?7ldebian-12: the guest is booting (0s)\033[?7h\r\033[K")
                .endsWith("allocator: debian-12: ready after 0s, lease 11111111-2222-4333-8444-555555555555\n");
    }

    @Test
    void passesOnNetworkNameAndKeep() {
        assertThat(cli.run("allocate", "debian-12", "--network", "lan", "--name=db", "--keep", "failed"))
                .isZero();

        AllocationRequest request = cli.allocator.requests.get(0);
        assertThat(request.network()).contains("lan");
        assertThat(request.name()).contains("db");
        assertThat(request.keep()).contains(Keep.FAILED);
        assertThat(request.profile()).isEqualTo("debian-12");
    }

    @ParameterizedTest
    @CsvSource({
        "--name=Not_A_Name, --name: not a host name: 'Not_A_Name'",
        "--keep=sometimes, Invalid value for option '--keep'"
    })
    void refusesANameOrAKeepOfAnotherForm(String option, String reason) {
        assertThat(cli.run("allocate", "debian-12", option)).isEqualTo(2);
        assertThat(cli.out()).startsWith(reason).hasLineCount(1);
    }

    @Test
    void printsTheLeaseAsJson() throws Exception {
        assertThat(cli.run("allocate", "--json", "debian-12")).isZero();

        assertThat(cli.out()).hasLineCount(1);
        assertThat(new ObjectMapper().readTree(cli.out()).at("/address").textValue())
                .isEqualTo("127.0.0.1:40123");
        assertThat(new ObjectMapper().readTree(cli.out()).at("/user").textValue())
                .isEqualTo("debian");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json debian-12 user", "--json debian-12 --ttl x"})
    void printsAFailureAsJson(String words) throws Exception {
        assertThat(cli.run(("allocate " + words).split(" "))).isNotZero();

        assertThat(cli.out()).hasLineCount(1);
        assertThat(new ObjectMapper().readTree(cli.out()).at("/error").textValue())
                .isNotBlank();
    }

    @Test
    void staysQuietIfAskedTo() {
        assertThat(cli.run("allocate", "-q", "debian-12")).isZero();

        assertThat(cli.err()).isEmpty();
        assertThat(cli.out()).isEqualTo("127.0.0.1:40123\n");
    }

    private String credentials() {
        AllocationRequest latest = cli.allocator.requests.get(cli.allocator.requests.size() - 1);
        return latest.credentials()
                .map(it -> it.user() + ":" + it.password().map(Secret::reveal).orElseThrow())
                .orElseThrow();
    }
}
