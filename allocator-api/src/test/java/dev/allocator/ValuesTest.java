package dev.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    @ParameterizedTest
    @CsvSource({
        "4GiB,4294967296,4GiB",
        "4096MiB,4294967296,4GiB",
        "4G,4294967296,4GiB",
        "1.5G,1610612736,1536MiB",
        "10GB,10000000000,9765625KiB",
        "512,512,512B",
        "0,0,0B",
        "2 TiB,2199023255552,2TiB",
        "1k,1024,1KiB"
    })
    void sizes(String text, long bytes, String written) {
        assertThat(DataSize.parse(text).bytes()).isEqualTo(bytes);
        assertThat(DataSize.parse(text)).hasToString(written);
        assertThat(DataSize.parse(written).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GiB", "-1G", "4 gigs", "1e3", "99999999999999999999", "9999999999TiB"})
    void notSizes(String text) {
        assertThatThrownBy(() -> DataSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource({
        "90s,PT1M30S,1m30s",
        "1m30s,PT1M30S,1m30s",
        "2h,PT2H,2h",
        "250ms,PT0.25S,250ms",
        "1d2h3m4s5ms,PT26H3M4.005S,1d2h3m4s5ms",
        "0s,PT0S,0s"
    })
    void durations(String text, Duration duration, String written) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
        assertThat(Durations.format(duration)).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "1s2m", "-1s", "1.5h", "forever"})
    void notDurations(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:40123,127.0.0.1,40123,127.0.0.1:40123",
        "host,host,22,host:22",
        "[::1]:2222,::1,2222,[::1]:2222",
        "fe80::1,fe80::1,22,[fe80::1]:22",
        "[::1],::1,22,[::1]:22"
    })
    void addresses(String text, String host, int port, String written) {
        assertThat(HostAndPort.parse(text, 22))
                .isEqualTo(new HostAndPort(host, port))
                .hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":22", "host:", "host:x", "host:0", "host:65536", "a b:1", "[::1]x", "[::1]:"})
    void notAddresses(String text) {
        assertThatThrownBy(() -> HostAndPort.parse(text, 22)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secretsDoNotShow() {
        Secret secret = Secret.of("canary");
        assertThat(secret).hasToString("***").isEqualTo(Secret.of("canary")).isNotEqualTo(Secret.of("other"));
        assertThat(Credentials.password("root", secret).toString()).doesNotContain("canary");
        assertThat(SshEndpoint.builder(new HostAndPort("h", 1), Credentials.key("root", secret))
                        .build()
                        .toString())
                .isEqualTo("root@h:1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Root", "a b", "a:b", "a'b", "-x", "a\nb", "$(id)", "abcdefghijklmnopqrstuvwxyzabcdefg"})
    void userNamesThatCouldBreakOutAreRefused(String user) {
        assertThatThrownBy(() -> Credentials.password(user, Secret.of("x")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "canary\nroot:owned", "canary\0", "canary\r"})
    void passwordsThatCouldBreakOutAreRefusedWithoutBeingShown(String password) {
        assertThatThrownBy(() -> Credentials.password("root", Secret.of(password)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void aFailedCommandSaysItsLastErrorLine() {
        ExecResult result = new ExecResult("apt-get", 100, "", "reading\nE: no such package\n", Duration.ZERO);
        assertThatThrownBy(result::orThrow)
                .isInstanceOf(CommandFailedException.class)
                .hasMessage("'apt-get' ended with status 100: E: no such package");
        ExecResult good = new ExecResult("true", 0, "", "", Duration.ZERO);
        assertThat(good.orThrow()).isSameAs(good);
    }

    @Test
    void endpointsWriteKnownHosts() {
        SshEndpoint endpoint = SshEndpoint.builder(
                        new HostAndPort("127.0.0.1", 2222), Credentials.password("u", Secret.of("p")))
                .hostKeys(java.util.List.of(HostKey.parse("ssh-ed25519 AAAA comment")))
                .build();
        assertThat(endpoint.knownHosts()).containsExactly("[127.0.0.1]:2222 ssh-ed25519 AAAA");
    }

    @Test
    void requestsRefuseNonsense() {
        AllocationRequest.Builder request = AllocationRequest.forProfile("p");
        assertThatThrownBy(() -> request.ttl(Duration.ZERO)).hasMessage("ttl must be more than zero: 0s");
        assertThatThrownBy(() -> request.timeout(Duration.ofSeconds(-1)))
                .hasMessage("timeout must be more than zero: -1s");
        assertThatThrownBy(() -> Profile.named("a b", "qemu")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Command.of("sh", "a\0b")).isInstanceOf(IllegalArgumentException.class);
    }
}
