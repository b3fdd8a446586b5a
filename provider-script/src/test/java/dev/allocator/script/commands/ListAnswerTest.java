package dev.allocator.script.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.HostAndPort;
import dev.allocator.RealmId;
import dev.allocator.spi.FoundMachine;
import dev.allocator.spi.MachineHealth.State;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the answers of {@code list} and {@code check} mean, and what is said about those that mean nothing. */
class ListAnswerTest {

    private static final String ONE = "11111111-1111-1111-1111-111111111111";
    private static final String TWO = "22222222-2222-2222-2222-222222222222";
    private static final String REALM = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

    private static Collection<FoundMachine> list(String printed) throws BadAnswer {
        return ListAnswer.read(
                printed.replace("ONE", ONE)
                        .replace("TWO", TWO)
                        .replace("REALM", REALM)
                        .getBytes(StandardCharsets.UTF_8),
                "farm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "[]", " [ ]\n"})
    void none(String printed) throws Exception {
        assertThat(list(printed)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ONE REALM a machine\nTWO REALM\n",
                "\r\n  ONE\tREALM   a machine\r\n\r\nTWO REALM\r\n",
                "ONE REALM a machine\nTWO REALM\nONE REALM its disk",
                "[{\"machine\":\"ONE\",\"realm\":\"REALM\",\"description\":\"a machine\"},"
                        + "{\"realm\":\"REALM\",\"machine\":\"TWO\",\"owner\":null}]",
            })
    void two(String printed) throws Exception {
        Collection<FoundMachine> found = list(printed);
        assertThat(found).extracting(one -> one.ref().machine().value()).containsExactly(ONE, TWO);
        assertThat(found).extracting(FoundMachine::realm).containsOnly(new RealmId(REALM));
        assertThat(found)
                .extracting(FoundMachine::description)
                .containsExactly("a machine", "machine listed by provider 'farm'");
        assertThat(found)
                .allMatch(one ->
                        one.ref().provider().equals("farm") && one.owner().isEmpty());
    }

    @Test
    void everythingAboutOne() throws Exception {
        FoundMachine found = list("[{\"machine\":\"ONE\",\"realm\":\"REALM\",\"owner\":\"me\","
                        + "\"expires\":\"2030-01-31T13:00:00+01:00\",\"description\":\"two\\nlines\","
                        + "\"endpoint\":\"h:23\",\"attributes\":{\"zone\":\"b\"}}]")
                .iterator()
                .next();
        assertThat(found.owner()).contains("me");
        assertThat(found.expires()).contains(Instant.parse("2030-01-31T12:00:00Z"));
        assertThat(found.description()).isEqualTo("two lines");
        KnownFacts facts = KnownFacts.of(found.ref());
        assertThat(facts.endpoint()).contains(new HostAndPort("h", 23));
        assertThat(facts.attributes()).isEqualTo(Map.of("zone", "b"));
        assertThat(KnownFacts.realm(found.ref())).contains(new RealmId(REALM));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "`ONE`                   | line 1: '11111111-1111-1111-1111-111111111111' is not 'MACHINE REALM', which a description may follow",
                "`ONE REALM\n\nNAME REALM` | line 3: not a machine id: 'NAME' (expected a lower-case UUID)",
                "`ONE here`              | line 1: not a realm id: 'here' (expected a lower-case UUID)",
                "`ONE REALM\nONE TWO`    | line 2: machine 11111111-1111-1111-1111-111111111111 is listed with two realms",
                "`[{\"machine\":\"ONE\"}]` | entry 1: it has no 'realm'",
                "`[\"ONE\"]`             | entry 1: it is a text, not an object",
                "`[{\"machine\":\"ONE\",\"realm\":\"REALM\",\"ref\":{}}]` | entry 1: it has the unknown key 'ref' (known: machine, realm, owner, expires, description, endpoint, attributes)",
                "`[{\"machine\":\"ONE\",\"realm\":\"REALM\",\"expires\":\"tomorrow\"}]` | entry 1: 'expires' is 'tomorrow', not a time such as 2030-01-31T12:00:00Z",
                "`[{\"machine\":\"ONE\",\"realm\":\"REALM\"}` | it is no JSON: there is a mistake in line 1, column 99",
                "`Usage: list [-v]`      | line 1: not a machine id: 'Usage:' (expected a lower-case UUID)",
                "`{\"machine\":\"ONE\"}` | line 1: '{\"machine\":\"11111111-1111-1111-1111-111111111111\"}' is not 'MACHINE REALM', which a description may follow",
            })
    void whatIsSaidAboutAWrongList(String printed, String message) {
        assertThatThrownBy(() -> list(printed)).isInstanceOf(BadAnswer.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "`running\n`  | RUNNING | the check command says that it runs",
                "`stopped`    | STOPPED | the check command says that it does not run",
                "`gone`       | GONE    | the check command says that it does not exist",
                "`{\"state\":\"stopped\",\"message\":\"no\npower\"}` | STOPPED | no power",
                "`{\"state\":\"running\",\"message\":\"\"}` | RUNNING | the check command says that it runs",
            })
    void theHealthOfAMachine(String printed, State state, String message) throws Exception {
        var health = CheckAnswer.read(printed.replace("no\npower", "no\\npower").getBytes(StandardCharsets.UTF_8));
        assertThat(health.state()).isEqualTo(state);
        assertThat(health.message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "``               | it printed nothing (expected running, stopped or gone)",
                "`Running`        | 'Running' is no state (expected running, stopped or gone)",
                "`it is\nrunning` | 'it is running' is no state (expected running, stopped or gone)",
                "`{}`             | it has no 'state'",
                "`{\"state\":1}`  | 'state' is a number, not a text",
                "`{\"status\":\"running\"}` | it has the unknown key 'status'; did you mean 'state'? (known: state, message)",
            })
    void whatIsSaidAboutAWrongCheck(String printed, String message) {
        assertThatThrownBy(() -> CheckAnswer.read(printed.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BadAnswer.class)
                .hasMessage(message);
    }
}
