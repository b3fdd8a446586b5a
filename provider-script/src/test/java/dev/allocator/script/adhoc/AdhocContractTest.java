package dev.allocator.script.adhoc;

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

    private static final String DISCARD = """
            machine=$(grep -lxF -- "$SPREAD_SYSTEM_ADDRESS" machines/*/address || FATAL unknown)
            rm -r "$(dirname "$machine")"
            """;

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
                "BEFORE=0\n" + ALLOCATE,
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
