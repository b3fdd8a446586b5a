package dev.allocator.script.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Credentials;
import dev.allocator.HostAndPort;
import dev.allocator.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the answers of {@code create} mean, and what is said about those that mean nothing. */
class CreateAnswerTest {

    private static CreateAnswer withLogin(String printed) throws BadAnswer {
        return CreateAnswer.read(printed.getBytes(StandardCharsets.UTF_8), true, Optional.of("root"));
    }

    private static CreateAnswer withoutLogin(String printed) throws BadAnswer {
        return CreateAnswer.read(printed.getBytes(StandardCharsets.UTF_8), false, Optional.of("root"));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:2222, 127.0.0.1, 2222",
        "build-7.example.com, build-7.example.com, 22",
        "'  my_host:22\r\n\n', my_host, 22",
        "[2001:db8::1]:2222, 2001:db8::1, 2222",
        "2001:db8::1, 2001:db8::1, 22",
        "[fe80::1%eth0], fe80::1%eth0, 22",
        "'\n{\"endpoint\": \"10.1.2.3:23\"}\n', 10.1.2.3, 23",
    })
    void anAddress(String printed, String host, int port) throws Exception {
        CreateAnswer answer = withLogin(printed);
        assertThat(answer.endpoint()).contains(new HostAndPort(host, port));
        assertThat(answer.login()).isEmpty();
        assertThat(answer.data()).isEmpty();
    }

    @Test
    void everythingInAnObject() throws Exception {
        CreateAnswer answer =
                withLogin("{\"endpoint\":\"h:1\",\"user\":\"debian\",\"password\":\"p\\\"w\",\"data\":\"ä\\u0000\","
                        + "\"attributes\":{\"zone\":\"b\",\"cores\":4,\"fast\":true,\"none\":null}}");
        assertThat(answer.login()).contains(Credentials.password("debian", Secret.of("p\"w")));
        assertThat(answer.data().orElseThrow()).isEqualTo("ä\0".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.attributes())
                .containsExactlyInAnyOrderEntriesOf(Map.of("zone", "b", "cores", "4", "fast", "true"));
        assertThat(answer.toString()).doesNotContain("p\"w").doesNotContain("ä");
    }

    @Test
    void aKeyAndTheUserThatWasAskedFor() throws Exception {
        assertThat(withLogin("{\"endpoint\":\"h\",\"private_key\":\"-----BEGIN\"}")
                        .login())
                .contains(Credentials.key("root", Secret.of("-----BEGIN")));
    }

    @Test
    void binaryData() throws Exception {
        assertThat(withoutLogin("{\"data_base64\":\"AP8K\\nDQ==\"}").data().orElseThrow())
                .containsExactly(0, 0xff, '\n', '\r');
    }

    @Test
    void whereNobodyLogsInPlainOutputIsTheData() throws Exception {
        byte[] printed = new byte[256];
        for (int i = 0; i < printed.length; i++) {
            printed[i] = (byte) i;
        }
        assertThat(CreateAnswer.read(printed, false, Optional.of("root")).data().orElseThrow())
                .isEqualTo(printed);
        CreateAnswer lines = withoutLogin(" two\nlines\n\n");
        assertThat(new String(lines.data().orElseThrow(), StandardCharsets.UTF_8))
                .isEqualTo(" two\nlines\n\n");
        assertThat(lines.endpoint()).isEmpty();
        assertThat(withoutLogin("").data()).isEmpty();
        assertThat(withoutLogin("instance-17").endpoint())
                .as("a word may be anything")
                .isEmpty();
        assertThat(withoutLogin("host:17\n").endpoint()).contains(new HostAndPort("host", 17));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "``                              | it printed nothing on its standard output (expected host:port or a JSON object)",
                "` \n `                          | it printed nothing on its standard output (expected host:port or a JSON object)",
                "`starting…\n10.0.0.1:22`        | it printed 2 lines, 'starting…' first, where one is expected, host:port, or a JSON object (messages belong to standard error)",
                "`ssh root@10.0.0.1`             | 'ssh root@10.0.0.1' is no address (expected host, host:port or [IPv6]:port)",
                "`http://10.0.0.1:22`            | 'http://10.0.0.1:22' is no address (expected host, host:port or [IPv6]:port)",
                "`10.0.0.1:`                     | '10.0.0.1:' is no address (expected host, host:port or [IPv6]:port)",
                "`10.0.0.1:99999`                | '10.0.0.1:99999' is no address (expected host, host:port or [IPv6]:port)",
                "`<ADDRESS 10.0.0.1>`            | '<ADDRESS 10.0.0.1>' is no address (expected host, host:port or [IPv6]:port)",
                "`$(reboot)`                     | '$(reboot)' is no address (expected host, host:port or [IPv6]:port)",
                "`-oProxyCommand=x`              | '-oProxyCommand=x' is no address (expected host, host:port or [IPv6]:port)",
                "`[10.0.0.1:22]`                 | '[10.0.0.1:22]' is no address (expected host, host:port or [IPv6]:port)",
                "`{`                             | it is no JSON: there is a mistake in line 1, column 2",
                "`{\"endpoint\": h:1}`           | it is no JSON: there is a mistake in line 1, column 14",
                "`{\n \"endpoint\": \"h:1\"\n\n \"user\": \"u\"}` | it is no JSON: there is a mistake in line 4, column 2",
                "`{\"endpoint\":\"h\"} {}`       | it is no JSON: there is a mistake in line 1, column 18",
                "`{\"endpoint\":\"h\",\"endpoint\":\"i\"}` | it is no JSON: there is a mistake in line 1, column 27",
                "`{\"endpoint\":\"h\",\"pasword\":\"x\"}` | it has the unknown key 'pasword'; did you mean 'password'? (known: endpoint, user, password, private_key, data, data_base64, attributes)",
                "`{\"address\":\"h\"}`           | it has the unknown key 'address' (known: endpoint, user, password, private_key, data, data_base64, attributes)",
                "`{\"endpoint\":22}`             | 'endpoint' is a number, not a text",
                "`{\"endpoint\":[\"h\"]}`        | 'endpoint' is a list, not a text",
                "`{\"endpoint\":\"h\",\"attributes\":\"x\"}` | 'attributes' is a text, not an object",
                "`{\"endpoint\":\"h\",\"attributes\":{\"a\":{}}}` | 'attributes' has an object under 'a', not a text",
                "`{\"endpoint\":\"h\",\"data\":\"x\",\"data_base64\":\"eA==\"}` | it has both 'data' and 'data_base64'",
                "`{\"endpoint\":\"h\",\"data_base64\":\"?\"}` | 'data_base64' is no Base64",
                "`{\"endpoint\":\"h\",\"user\":\"u\"}` | it has a 'user' and neither 'password' nor 'private_key'",
                "`{\"endpoint\":\"h\",\"password\":\"s3cret\",\"private_key\":\"k\"}` | it has both 'password' and 'private_key'",
                "`{\"endpoint\":\"h\",\"user\":\"Bad User\",\"password\":\"s3cret\"}` | not a user name: 'Bad User' (expected a lower-case letter or _, then up to 31 of a-z 0-9 _ . -)",
                "`{\"endpoint\":\"h\",\"password\":\"s3cret\\n\"}` | the password of 'root' cannot be used: it must have 1 to 512 characters, none of them a control character",
                "`{\"user\":\"u\",\"password\":\"s3cret\"}` | it names no 'endpoint' (a profile whose machines have no SSH needs 'readiness: none', and no setup steps)",
                "`{\"endpoint\":null}`           | it names no 'endpoint' (a profile whose machines have no SSH needs 'readiness: none', and no setup steps)",
            })
    void whatIsSaidAboutAWrongOne(String printed, String message) {
        assertThatThrownBy(() -> withLogin(printed))
                .isInstanceOf(BadAnswer.class)
                .hasMessage(message);
    }

    @Test
    void aMessageIsOneShortLineWithoutTerminalCodes() {
        assertThatThrownBy(() -> withLogin("\u001b[31mred " + "x".repeat(500)))
                .message()
                .doesNotContain("\u001b")
                .hasSizeLessThan(200);
        assertThatThrownBy(() -> CreateAnswer.read(new byte[] {(byte) 0xff, (byte) 0xfe}, true, Optional.of("root")))
                .hasMessage("it is no text in UTF-8");
        assertThatThrownBy(() -> withLogin("{\"endpoint\":\"h\",\"attributes\":{\"a\":\"" + "x".repeat(3000) + "\"}}"))
                .hasMessage("'attributes' have 3001 bytes, more than 2048 (long texts belong to 'data')");
    }

    @Test
    void aWrongObjectIsNoData() {
        assertThatThrownBy(() -> withoutLogin("{\"token\":\"abc\"}")).hasMessageContaining("unknown key 'token'");
    }
}
