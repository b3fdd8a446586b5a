package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.allocator.cli.Installation.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The release archive, installed as an ordinary user does it, on a host where no Java is found. */
class ReleaseIT {

    @TempDir
    Path scratch;

    private Workplace work;
    private Path prefix;
    private Map<String, String> noJava;

    @BeforeEach
    void unpack() throws Exception {
        work = new Workplace(scratch, """
                providers: {qemu: {accel: tcg}}
                profiles:
                  debian-12: {provider: qemu, memory: 512MiB, image: '%s', login: {user: debian, password: debian}}
                """.formatted(DemoImages.plain()));
        prefix = scratch.resolve("a prefix");
        noJava = Map.of(
                "PATH",
                toolsWithoutJava(),
                "JAVA_HOME",
                "/nowhere",
                "HOME",
                scratch.toString(),
                "TMPDIR",
                scratch.toString());
        assertThat(run("sh", "-c", "command -v java").status()).isNotZero();
        Path unpacked = Files.createDirectory(scratch.resolve("unpacked"));
        succeed("tar", "-xzf", archive().toString(), "-C", unpacked.toString(), "--strip-components=1");
    }

    @AfterEach
    void lookForLeftovers() throws IOException {
        if (work != null) {
            work.close();
        }
        // JUnit would delete the links too, with a warning for each.
        for (Path link : Host.files(scratch.resolve("tools")).toList()) {
            Files.delete(link);
        }
    }

    private static Path archive() throws IOException {
        Path folder = Path.of(System.getProperty("release", ""));
        if (!folder.isAbsolute()) {
            String reason = "no release archive: build with -Prelease";
            if ("required".equals(System.getProperty("e2e"))) {
                fail(reason);
            }
            System.err.println("skipped: " + reason);
            abort(reason);
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** All programs of this host but those of Java. */
    private String toolsWithoutJava() throws IOException {
        Path tools = Files.createDirectory(scratch.resolve("tools"));
        for (String folder : List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin")) {
            try (Stream<Path> programs = Files.list(Path.of(folder))) {
                for (Path program : (Iterable<Path>) programs::iterator) {
                    Path link = tools.resolve(program.getFileName().toString());
                    boolean java = Files.exists(program)
                            && program.toRealPath().toString().matches(".*/(jvm|java|jdk)[^/]*/.*");
                    if (!java && Files.notExists(link, LinkOption.NOFOLLOW_LINKS)) {
                        Files.createSymbolicLink(link, program);
                    }
                }
            }
        }
        return tools.toString();
    }

    private Ran run(String... words) throws Exception {
        return work.start(noJava, List.of(words)).await();
    }

    private Ran succeed(String... words) throws Exception {
        Ran ran = run(words);
        assertThat(ran.status()).as(ran.out() + ran.err()).isZero();
        return ran;
    }

    private Ran install(String... words) throws Exception {
        return run(Stream.concat(
                        Stream.of(scratch.resolve("unpacked/install.sh").toString(), "--prefix", prefix.toString()),
                        Stream.of(words))
                .toArray(String[]::new));
    }

    private String program() {
        return prefix.resolve("bin/allocator").toString();
    }

    @Test
    void worksWithoutJavaAndWithoutItsOwner() throws Exception {
        assertThat(install().status()).isZero();
        Path home = prefix.resolve("lib/allocator/current").toRealPath();
        assertThat(home.resolve("lib/allocator.jsa")).isNotEmptyFile();
        assertThat(succeed(program(), "version").out()).startsWith("allocator ");
        assertThat(succeed(prefix.resolve("bin/spread-adhoc-allocator").toString(), "list", "--json")
                        .out())
                .isEqualTo("{\"leases\":[]}\n");
        assertThat(run(program(), "discard", "127.0.0.1:1").err())
                .contains("see " + home.resolve("TROUBLESHOOTING.md#unknown-lease"));
        for (String file : List.of(
                "share/bash-completion/completions/allocator",
                "share/zsh/site-functions/_allocator",
                "share/fish/vendor_completions.d/allocator.fish")) {
            assertThat(prefix.resolve(file)).content().contains("spread-adhoc-allocator");
        }

        Workplace.Started allocate = work.start(noJava, List.of(program(), "allocate", "debian-12"));
        await().atMost(Duration.ofMinutes(2))
                .until(() -> allocate.err().contains("waiting until it can be logged in to"));
        assertThat(Host.machineProcesses(work.state)).isNotEmpty();
        try (Stream<Path> reapers = Files.walk(work.state.resolve("reaper"))) {
            assertThat(reapers.filter(file -> file.endsWith("java")))
                    .singleElement()
                    .satisfies(file -> assertThat(file)
                            .content()
                            .contains(home.resolve("runtime/bin/java").toString()));
        }
        // A new release comes and goes meanwhile.
        Files.writeString(scratch.resolve("unpacked/lib/newer"), "");
        assertThat(install().status()).isZero();
        assertThat(prefix.resolve("lib/allocator/current").toRealPath()).isNotEqualTo(home);
        assertThat(home.resolve("runtime/bin/java")).isExecutable();
        assertThat(install("--uninstall").err()).contains("there are leases");

        allocate.process().destroyForcibly();
        Host.awaitNoMachines(work.state);

        assertThat(install("--uninstall").status()).isZero();
        assertThat(Host.files(prefix)).isEmpty();
    }

    @Test
    void saysWhatKeepsItFromBeingInstalled() throws Exception {
        Files.writeString(prefix, "a file");

        Ran ran = install();
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err())
                .isEqualTo("install.sh: cannot write to " + prefix + "/lib/allocator: run as root, or choose another"
                        + " folder with --prefix\n");
        assertThat(install("--uninstall").err()).isEqualTo("install.sh: nothing is installed in " + prefix + "\n");
        assertThat(install("--what").err()).startsWith("install.sh: unknown option '--what'");
    }
}
