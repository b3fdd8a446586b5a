package dev.allocator.lxd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.ExecResult;
import dev.allocator.Lease;
import dev.allocator.Secret;
import dev.allocator.core.readiness.GuestScripts;
import dev.allocator.lxd.LxdHost;
import dev.allocator.spi.Deadline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names and passwords that could break out of a shell or of {@code chpasswd}: refused, or they work as they are. */
@Timeout(180)
class CredentialsTest {

    private static final List<String> USERS = List.of("debian", "root", "a_b.c-d", "x");

    private static final List<String> PIECES = List.of(
            "'",
            "\"",
            "`",
            "\\",
            "$",
            "$(touch /pwned)",
            "`touch /pwned`",
            "${IFS}",
            "$HOME",
            "$$",
            ";touch /pwned;",
            "|touch /pwned",
            "&touch /pwned&",
            ">/pwned",
            "<(touch /pwned)",
            "'; touch /pwned; '",
            "\"; touch /pwned; \"",
            "' || touch /pwned || '",
            "'\\''",
            "'\"'\"'",
            ":",
            "::",
            "root:x",
            "debian:x",
            "EOF",
            "\\n",
            "\\\\n",
            "\\0",
            "%s",
            "%n%d",
            "!",
            "!!",
            "*",
            "?",
            "[a-z]",
            "{a,b}",
            "~",
            "#",
            "-n",
            "--help",
            "=",
            "(",
            ")",
            " ",
            "  two  ",
            "öß",
            "日本",
            "🙂",
            "a\u00a0b",
            "x".repeat(500));

    @TempDir
    Path temp;

    /** Each piece alone, at the beginning, in the middle and at the end. */
    private static List<String> passwords() {
        List<String> passwords = new ArrayList<>();
        for (String piece : PIECES) {
            passwords.addAll(List.of(piece, piece + "z", "a" + piece + "z", "a" + piece));
        }
        return passwords;
    }

    @Test
    void theOthersAreRefused() {
        for (String user : List.of(
                "",
                "-x",
                "A",
                "a b",
                "a:b",
                "a;b",
                "$(id)",
                "`id`",
                "a/b",
                "../a",
                "a\nb",
                "a\0b",
                "ä",
                "*",
                "1",
                "a".repeat(33))) {
            assertThatThrownBy(() -> Credentials.password(user, Secret.of("x")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String password :
                List.of("", "a\nb", "\n", "a\rb", "a\0b", "\u001b[2J", "\t", "a\u0085b", "x".repeat(513))) {
            assertThatThrownBy(() -> Credentials.password("x", Secret.of(password)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("[2J");
        }
    }

    @Test
    void twoHundredPasswordsWorkAsTheyAre() throws Exception {
        List<String> passwords = passwords();
        assertThat(passwords).hasSize(200);
        try (LxdHost host = LxdHost.require();
                Allocator allocator = Allocator.open(AllocatorOptions.builder()
                        .configSearch(false)
                        .stateDirectory(temp.resolve("state"))
                        .provider("lxd", "lxd", host.settings())
                        .profile(host.container("demo").login(LxdHost.LOGIN).build())
                        .build());
                Lease lease = allocator.allocate("demo")) {
            Path corpus = Files.createDirectory(temp.resolve("corpus"));
            for (int number = 0; number < passwords.size(); number++) {
                String user = USERS.get(number % USERS.size());
                Files.writeString(corpus.resolve(number + ".sh"), script(user, passwords.get(number)));
                Files.writeString(corpus.resolve(number + ".user"), user);
                Files.writeString(corpus.resolve(number + ".password"), passwords.get(number) + "\0");
            }
            lease.upload(corpus, "/tmp/corpus");
            // What PAM calls to check a password, which it reads up to a zero byte.
            ExecResult result = lease.exec(Command.shell("""
                    cd /tmp/corpus
                    for script in *.sh; do
                        case=${script%.sh}
                        sh -s allocator-personalise <"$script" || echo "$case is not set"
                        user=$(cat "$case.user")
                        unix_chkpwd "$user" nullok <"$case.password" || echo "$case does not fit"
                    done
                    [ ! -e /pwned ] || echo 'something broke out'
                    """).asRoot().timeout(Duration.ofMinutes(2)));
            assertThat(result.orThrow().stdout()).isEmpty();
        }
    }

    /** The script that would set the password, as the engine hands it to a machine. */
    private static String script(String user, String password) throws Exception {
        List<String> scripts = new ArrayList<>();
        GuestScripts guest = new GuestScripts(command -> {
            scripts.add(read(command));
            return new ExecResult("sh", 0, "", "", Duration.ZERO);
        });
        guest.personalise(Credentials.password(user, Secret.of(password)), Deadline.in(Duration.ofSeconds(5)));
        return scripts.get(0);
    }

    private static String read(Command command) {
        try {
            return new String(command.stdin().orElseThrow().readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
