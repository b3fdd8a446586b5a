package dev.allocator.lxd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Command;
import dev.allocator.Credentials;
import dev.allocator.ExecResult;
import dev.allocator.HostKey;
import dev.allocator.Lease;
import dev.allocator.ProvisioningException;
import dev.allocator.Secret;
import dev.allocator.core.readiness.GuestScripts;
import dev.allocator.core.ssh.SshKeys;
import dev.allocator.lxd.LxdHost;
import dev.allocator.spi.Deadline;
import dev.allocator.testkit.CredentialCorpus;
import dev.allocator.testkit.CredentialCorpus.Entry;
import dev.allocator.testkit.CredentialCorpus.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The corpus of credentials against LXD and a container: each is refused before there is one, or works as it is. */
@Timeout(180)
class CredentialsTest {

    private LxdHost host;
    private Allocator allocator;

    @TempDir
    Path temp;

    @BeforeEach
    void open() {
        host = LxdHost.require();
        allocator = Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(temp.resolve("state"))
                .provider("lxd", "lxd", host.settings())
                .profile(host.container("demo").login(LxdHost.LOGIN).build())
                .build());
    }

    @AfterEach
    void close() {
        if (host != null) {
            allocator.close();
            host.close();
        }
    }

    private static Stream<Entry> entries(boolean working) {
        return CredentialCorpus.entries().stream().filter(entry -> entry.works() == working);
    }

    @Test
    void whatCannotWorkIsRefusedBeforeThereIsAnInstance() {
        assertThat(entries(false)).hasSizeGreaterThan(90).allSatisfy(entry -> {
            Throwable refusal = catchThrowable(() -> allocator.allocate(AllocationRequest.forProfile("demo")
                    .credentials(entry.credentials())
                    .build()));
            assertThat(refusal)
                    .isInstanceOfAny(IllegalArgumentException.class, ProvisioningException.class)
                    .hasMessageMatching("[^\\p{C}\\u2028\\u2029]{20,300}");
        });
        // Nothing was begun either.
        assertThat(host.get("/1.0/operations?project=" + host.project())).isEmpty();
        assertThat(host.instances()).isEmpty();
        assertThat(allocator.leases()).isEmpty();
    }

    @Test
    void allOthersWorkAsTheyAre() throws Exception {
        List<Entry> working = new ArrayList<>(entries(true).toList());
        working.add(new Entry(Kind.KEY, SshKeys.generate("corpus").privateKey().reveal(), true));
        assertThat(working).hasSizeGreaterThan(110);
        try (Lease lease = allocator.allocate("demo")) {
            Path corpus = Files.createDirectory(temp.resolve("corpus"));
            for (int number = 0; number < working.size(); number++) {
                write(
                        corpus.resolve(Integer.toString(number)),
                        working.get(number).credentials());
            }
            lease.upload(corpus, "/tmp/corpus");
            // unix_chkpwd is what PAM calls to check a password, which it reads up to a zero byte.
            ExecResult result = lease.exec(Command.shell("""
                    cd /tmp/corpus
                    for case in *; do
                        user=$(cat "$case/user")
                        sh -s allocator-personalise <"$case/script" || echo "$case is not set"
                        home=$(getent passwd "$user" | cut -d: -f6)
                        [ -d "$home" ] || echo "$case has no home"
                        if [ -e "$case/key" ]; then
                            grep -qF -f "$case/key" "$home/.ssh/authorized_keys" || echo "$case is not authorized"
                            [ "$(stat -c '%U %a' "$home/.ssh/authorized_keys")" = "$user 600" ] || echo "$case is open"
                        else
                            unix_chkpwd "$user" nullok <"$case/password" || echo "$case does not fit"
                        fi
                    done
                    find / -xdev -name '*pwned*' -not -path '/proc/*'
                    """).asRoot().timeout(Duration.ofMinutes(2)));
            assertThat(result.orThrow().stdout()).isEmpty();
        }
    }

    /** The oddest of each kind, all the way. */
    @Test
    void onesOfEachKindLogIn() {
        List<Credentials> some = List.of(
                oddest(Kind.USER),
                oddest(Kind.PASSWORD),
                Credentials.key("new.user", SshKeys.generate("corpus").privateKey()));
        for (Credentials credentials : some) {
            try (Lease lease = allocator.allocate(AllocationRequest.forProfile("demo")
                    .credentials(credentials)
                    .build())) {
                assertThat(lease.exec("id", "-un").orThrow().stdout()).isEqualTo(credentials.user() + "\n");
            }
        }
    }

    private static Credentials oddest(Kind kind) {
        return entries(true)
                .filter(entry -> entry.kind() == kind)
                .max(Comparator.comparing(entry -> entry.text()
                        .chars()
                        .filter(character -> !Character.isLetterOrDigit(character))
                        .distinct()
                        .count()))
                .orElseThrow()
                .credentials();
    }

    private static void write(Path folder, Credentials credentials) throws Exception {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("script"), script(credentials));
        Files.writeString(folder.resolve("user"), credentials.user());
        if (credentials.password().isPresent()) {
            String password = credentials.password().map(Secret::reveal).get();
            Files.writeString(folder.resolve("password"), password + "\0");
        } else {
            HostKey key = credentials.privateKey().map(SshKeys::publicKey).orElseThrow();
            Files.writeString(folder.resolve("key"), key + "\n");
        }
    }

    /** The script that would set them up, as the engine hands it to a machine. */
    private static String script(Credentials credentials) throws Exception {
        List<String> scripts = new ArrayList<>();
        GuestScripts guest = new GuestScripts(command -> {
            scripts.add(read(command));
            return new ExecResult("sh", 0, "", "", Duration.ZERO);
        });
        guest.personalise(credentials, Deadline.in(Duration.ofSeconds(5)));
        return scripts.get(0);
    }

    private static String read(Command command) {
        try {
            return new String(command.stdin().orElseThrow().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
