package dev.allocator.script.adhoc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.script.ScriptProviderFactory;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.testkit.ProviderContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * A machine is a folder named after it and a process in the background, or a real SSH server where somebody logs in.
 * Its address is a made-up one of this host, but for the SSH server's.
 */
@Timeout(300)
class AdhocContractTest extends ProviderContract.V1 {

    /** Whoever is stopped before giving an address cleans up: nobody else can know what there is. */
    private static final String ALLOCATE = """
            machine="machines/$ALLOCATOR_MACHINE"
            trap '[ -e "$machine/address" ] || rm -rf "$machine"' EXIT
            mkdir "$machine"
            sleep "$BEFORE"
            (
                flock 9
                octet=$(($(cat last 2>/dev/null || echo 1) + 1))
                echo "$octet" > last
                echo "127.9.9.$octet:1" > "$machine/new"
            ) 9> lock
            sleep 1000 > /dev/null 2>&1 &
            mv "$machine/new" "$machine/address"
            ADDRESS "$(cat "$machine/address")"
            """;

    /** A real SSH server for one user, who exists for it. */
    private static final String ALLOCATE_SSHD = """
            if [ "$SPREAD_SYSTEM" = sshd ]; then
                machine="$PWD/machines/$ALLOCATOR_MACHINE"
                mkdir "$machine"
                useradd -m -s /bin/bash "$SPREAD_SYSTEM_USERNAME"
                echo "$SPREAD_SYSTEM_USERNAME" > "$machine/user"
                echo "$SPREAD_SYSTEM_USERNAME:$SPREAD_PASSWORD" | chpasswd
                ssh-keygen -q -t ed25519 -N '' -f "$machine/key"
                mkdir -p /run/sshd
                for try in 1 2 3 4 5 6 7 8 9; do
                    port=$((20000 + RANDOM % 20000))
                    /usr/sbin/sshd -D -e -f /dev/null -o ListenAddress=127.0.0.1:$port -o HostKey="$machine/key" \
                        -o PidFile=none -o UsePAM=no -o PasswordAuthentication=yes &
                    until (: < /dev/tcp/127.0.0.1/$port) 2>/dev/null || ! kill -0 $!; do sleep 0.1; done
                    if kill -0 $!; then echo $! > "$machine/pid"; break; fi
                done
                echo "127.0.0.1:$port" > "$machine/address"
                ADDRESS "127.0.0.1:$port"
                exit
            fi
            """;

    private static final String DISCARD = """
            machine=$(grep -lxF -- "$SPREAD_SYSTEM_ADDRESS" machines/*/address) || FATAL unknown
            machine=$(dirname "$machine")
            # sshd writes its title over its environment, so that nobody finds it by that.
            if [ -e "$machine/pid" ]; then kill "$(cat "$machine/pid")"; fi
            if [ -e "$machine/user" ]; then userdel -rf "$(cat "$machine/user")" || [ $? = 12 ]; fi
            rm -r "$machine"
            """;

    private final String user = "alloc" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void stage() throws IOException {
        Files.createDirectories(folder().resolve("scripts/machines"));
    }

    @Override
    protected ProviderFactory factory() {
        return new ScriptProviderFactory();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of(
                "contract",
                "adhoc",
                "directory",
                folder().resolve("scripts").toString(),
                "allocate",
                ALLOCATE_SSHD + "BEFORE=0\n" + ALLOCATE,
                "discard",
                DISCARD);
    }

    @Override
    protected Map<String, Object> slowSettings() {
        Map<String, Object> slow = new HashMap<>(settings());
        slow.put("allocate", "BEFORE=2\n" + ALLOCATE);
        return slow;
    }

    @Override
    protected Profile profile() {
        return cheap("cheap").build();
    }

    private static Profile.Builder cheap(String name) {
        return Profile.named(name, "scripts").readiness(Readiness.none());
    }

    @Override
    protected Optional<Profile> slowProfile() {
        return Optional.of(cheap("slow").build());
    }

    @Override
    protected Optional<Profile> impossibleProfile() {
        return Optional.of(cheap("impossible").setting("user", "No Such User").build());
    }

    @Override
    protected Optional<Profile> loginProfile() {
        boolean possible =
                Files.isExecutable(Path.of("/usr/sbin/sshd")) && "root".equals(System.getProperty("user.name"));
        assertThat(possible || !"required".equals(System.getProperty("e2e")))
                .as("there are root and /usr/sbin/sshd (package openssh-server)")
                .isTrue();
        return Optional.of(
                        Profile.named("sshd", "scripts").setting("user", user).build())
                .filter(profile -> possible);
    }

    @Override
    protected Optional<List<String>> outside(MachineId machine) {
        Path made = folder().resolve("scripts/machines").resolve(machine.value());
        if (!Files.isDirectory(made)) {
            return Optional.of(List.of());
        }
        try (Stream<Path> files = Files.walk(made)) {
            return Optional.of(files.map(Path::toString).toList());
        } catch (IOException | java.io.UncheckedIOException e) {
            return outside(machine); // files come and go while they are walked through
        }
    }
}
