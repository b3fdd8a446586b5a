package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.cli.Installation.Ran;
import dev.allocator.cli.Workplace.Started;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built program and real machines: everything that goes well. */
@Timeout(600)
class GuestIT {

    @TempDir
    Path scratch;

    private Workplace work;

    @BeforeEach
    void open() throws Exception {
        work = new Workplace(scratch);
    }

    @AfterEach
    void lookForLeftovers() {
        if (work != null) {
            work.close();
        }
    }

    @Test
    void aMachineIsUsedAndDiscarded() throws Exception {
        Ran allocated = work.run("allocate", "debian-12");
        String address = Workplace.address(allocated);
        assertThat(allocated.err().lines()).allMatch(line -> line.startsWith("allocator: debian-12: "));
        assertThat(allocated.err()).contains(": waiting until it can be logged in to\n", ": ready after ");

        assertThat(work.run("exec", address, "--", "sh", "-c", "echo out; echo err >&2; exit 7"))
                .isEqualTo(new Ran(7, "out\n", "err\n"));
        assertThat(work.run("exec", "--root", address, "--", "id", "-un")).isEqualTo(new Ran(0, "root\n", ""));
        Started sum = work.start("exec", address, "--", "sha256sum");
        sum.feed("from here");
        // As `printf 'from here' | sha256sum` prints it.
        assertThat(sum.await())
                .isEqualTo(new Ran(0, "e46fea125442d9c9609bfb41b1473255fc235e47eb7b0b7f9454567d4cc6c0a4  -\n", ""));
        assertThat(work.run("ssh", address, "id -un; exit 3")).isEqualTo(new Ran(3, "debian\n", ""));
        assertThat(work.login(address, "debian", "debian", "id -un")).isEqualTo("debian\n");

        JsonNode lease = onlyLease();
        assertThat(lease.at("/address").textValue()).isEqualTo(address);
        assertThat(lease.at("/profile").textValue()).isEqualTo("debian-12");
        assertThat(lease.at("/state").textValue()).isEqualTo("ready");
        assertThat(lease.at("/user").textValue()).isEqualTo("debian");
        assertThat(lease.at("/attached").booleanValue()).isFalse();
        String id = lease.at("/id").textValue().substring(0, LeaseSearch.SHORT_ID);
        assertThat(work.run("list").out()).hasLineCount(2).contains(id, "debian-12", address);
        assertThat(work.run("exec", id, "--", "true")).isEqualTo(new Ran(0, "", ""));

        assertThat(work.run("discard", address)).isEqualTo(new Ran(0, "", ""));
        Host.awaitNoMachines(work.state);
        Ran again = work.run("discard", address);
        assertThat(again.status()).isZero();
        assertThat(again.err()).contains("ended already").hasLineCount(1);
        Ran late = work.run("exec", address, "--", "true");
        assertThat(late.status()).isEqualTo(255);
        assertThat(late.err()).contains("has ended").hasLineCount(1);
        Ran unknown = work.run("discard", "127.0.0.1:1");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.err().lines())
                .satisfiesExactly(
                        what -> assertThat(what).contains(work.state.toString()),
                        where -> assertThat(where).endsWith("TROUBLESHOOTING.md#unknown-lease"));
    }

    @Test
    void fourProcessesAllocateAtOnce() throws Exception {
        List<Started> started = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            started.add(work.start("allocate", "debian-12", "debian", "pass-" + i));
        }
        List<String> addresses = new ArrayList<>();
        for (Started each : started) {
            addresses.add(Workplace.address(each.await()));
        }
        assertThat(addresses).doesNotHaveDuplicates();
        for (int i = 0; i < 4; i++) {
            assertThat(work.login(addresses.get(i), "debian", "pass-" + i, "id -un"))
                    .isEqualTo("debian\n");
        }
        assertThat(work.run("list").out()).hasLineCount(5).contains(addresses);

        List<Started> discards = new ArrayList<>();
        for (String address : addresses) {
            discards.add(work.start("discard", address));
        }
        for (Started discard : discards) {
            assertThat(discard.await()).isEqualTo(new Ran(0, "", ""));
        }
        assertThat(work.run("list", "--json").out()).isEqualTo("{\"leases\":[]}\n");
    }

    @Test
    void aMachineOfAJavaProgramCanBeUsed() throws Exception {
        AllocatorOptions options = AllocatorOptions.builder()
                .configFile(work.folder.resolve("allocator.yaml"))
                .stateDirectory(work.state)
                .build();
        try (Allocator allocator = Allocator.open(options)) {
            Lease lease = allocator.allocate("debian-12");
            String address = lease.endpoint().orElseThrow().address().toString();

            assertThat(onlyLease().at("/attached").booleanValue()).isTrue();
            assertThat(work.run("exec", address, "--", "id", "-un")).isEqualTo(new Ran(0, "debian\n", ""));
            assertThat(work.run("ssh", lease.id().value(), "id -un")).isEqualTo(new Ran(0, "debian\n", ""));
            assertThat(work.run("discard", lease.id().value().substring(0, LeaseSearch.SHORT_ID)))
                    .isEqualTo(new Ran(0, "", ""));
            assertThat(allocator.lease(lease.id())).isEmpty();
        }
    }

    @Test
    void aCloudImageIsLoggedInToByKeyAndByPassword() throws Exception {
        Started byKey = work.start("allocate", "cloud");
        Started byPassword = work.start("allocate", "cloud", "ubuntu", "secret");
        String rooted = Workplace.address(byKey.await());
        String user = Workplace.address(byPassword.await());

        assertThat(work.run("ssh", rooted, "id -un")).isEqualTo(new Ran(0, "root\n", ""));
        assertThat(work.run("ssh", user, "id -un")).isEqualTo(new Ran(0, "ubuntu\n", ""));
        assertThat(work.login(user, "ubuntu", "secret", "id -un")).isEqualTo("ubuntu\n");
        assertThat(work.run("discard", rooted).status()).isZero();
        assertThat(work.run("deallocate", user).status()).isZero();
    }

    @Test
    void theExampleServesSpread() throws Exception {
        Path programs = Files.createDirectory(scratch.resolve("programs"));
        Path link = Files.createSymbolicLink(
                programs.resolve("spread-adhoc-allocator"),
                Path.of(Workplace.PROGRAM).resolveSibling("spread-adhoc-allocator"));
        Ran allocated = spread("allocate", programs, Map.of("SPREAD_SYSTEM", "debian-12"));

        assertThat(allocated.status()).as(allocated.out()).isZero();
        assertThat(allocated.err()).isEmpty();
        List<String> words = allocated
                .out()
                .lines()
                .map(String::trim)
                .filter(line -> line.matches("^<([A-Z_]+)(?: (.*))?>$"))
                .toList();
        assertThat(words).hasSize(1).first().asString().matches("<ADDRESS 127\\.0\\.0\\.1:[0-9]+>");
        String address = words.get(0).replaceAll("<ADDRESS |>", "");
        assertThat(work.login(address, "root", "it's a \"session\"", "id -un")).isEqualTo("root\n");

        for (int times = 0; times < 2; times++) {
            Ran discarded = spread("discard", programs, Map.of("SPREAD_SYSTEM_ADDRESS", address));
            assertThat(discarded.status()).as(discarded.out()).isZero();
        }

        Ran failed = spread("allocate", programs, Map.of("SPREAD_SYSTEM", "debian-21"));
        assertThat(failed.status()).isEqualTo(213);
        assertThat(failed.out().lines().reduce((first, second) -> second).orElseThrow())
                .startsWith("<FATAL ")
                .contains("debian-21", "debian-12")
                .endsWith(">");
        Files.delete(link);
    }

    /** Runs a script of the example as spread does for a system without a password of its own. */
    private Ran spread(String script, Path programs, Map<String, String> variables) throws Exception {
        Map<String, String> environment = new java.util.HashMap<>(Map.of(
                "PROGRAMS", programs.toString(),
                "DEBIAN_FRONTEND", "noninteractive",
                "SPREAD_BACKEND", "adhoc",
                "SPREAD_SYSTEM", "debian-12",
                "SPREAD_SYSTEM_USERNAME", "",
                "SPREAD_SYSTEM_PASSWORD", "",
                "SPREAD_SYSTEM_ADDRESS", "",
                "SPREAD_PASSWORD", "it's a \"session\""));
        environment.putAll(variables);
        Started bash = work.start(environment, List.of("/bin/bash", "-eu", "-"));
        bash.feed(SpreadScripts.input(script));
        return bash.await();
    }

    @Test
    void theDemoConfigurationCanBeUsed() throws Exception {
        String demo = Path.of(System.getProperty("project.root"), "examples/allocator.yaml")
                .toString();
        Map<String, String> image =
                Map.of("ALLOCATOR_DEMO_IMAGE", DemoImages.plain().toString());
        Ran ran = work.start(image, List.of(Workplace.PROGRAM, "check", "--config", demo))
                .await();

        assertThat(ran.status()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out()).contains(demo, work.state.toString(), "debian-12", "qemu (qemu): ");
        assertThat(ran.err()).isEmpty();

        Map<String, String> withoutQemu = Map.of(
                "ALLOCATOR_DEMO_IMAGE",
                DemoImages.plain().toString(),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "PATH",
                "/nowhere");
        Ran broken = work.start(withoutQemu, List.of(Workplace.PROGRAM, "check", "--config", demo))
                .await();
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.out()).contains("qemu (qemu): cannot be used", "qemu-system");
    }

    private JsonNode onlyLease() throws Exception {
        Ran listed = work.run("list", "--json");
        assertThat(listed.err()).isEmpty();
        JsonNode leases = new ObjectMapper().readTree(listed.out()).at("/leases");
        assertThat(leases).hasSize(1);
        return leases.get(0);
    }
}
