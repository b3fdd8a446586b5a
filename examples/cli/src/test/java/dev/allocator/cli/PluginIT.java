package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.allocator.cli.Installation.Ran;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of a third party's provider, put into the folder of plugins of the built program. */
@Timeout(300)
class PluginIT {

    private static final Path EXAMPLE =
            Path.of(System.getProperty("project.root"), "examples", "third-party-provider", "src", "main");

    @TempDir
    Path scratch;

    private Workplace work;
    private Path plugin;

    @BeforeEach
    void install() throws Exception {
        work = new Workplace(scratch, """
                providers: {box: {type: sandbox}}
                profiles: {view: {provider: box, hide: /home}}
                """);
        plugin = scratch.resolve("data/allocator/plugins/sandbox");
        build(plugin.resolve("sandbox-provider-1.0.jar"));
    }

    @AfterEach
    void lookForLeftovers() {
        work.close();
    }

    private Ran run(String... words) throws Exception {
        return work.start(
                        Map.of("XDG_DATA_HOME", scratch.resolve("data").toString()),
                        Stream.concat(Stream.of(Workplace.PROGRAM), Stream.of(words))
                                .toList())
                .await();
    }

    @Test
    void isNamedByTheCheck() throws Exception {
        assertThat(run("check").out())
                .contains("plugin         " + plugin + "\n", "provider       box (sandbox): ")
                .doesNotContain("reaper");
        assertThat(run("profiles").out()).contains("view");
    }

    @Test
    void isMissedWhereItIsNot() throws Exception {
        uninstall();

        assertThat(run("profiles").out()).contains("view");
        Ran ran = run("allocate", "view");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err())
                .contains(
                        "needs the plugin 'sandbox', which is not on the class path or in ", plugin.getParent() + " ");
    }

    @Test
    void makesMachines() throws Exception {
        requireSandboxes();
        Ran allocated = run("allocate", "view", "tester", "a Password", "--name", "guest");
        assertThat(allocated.status()).as(allocated.err()).isZero();
        String address = allocated.out().strip();

        assertThat(run("exec", address, "--", "sh", "-c", "hostname; id -un; ls /home"))
                .isEqualTo(new Ran(0, "guest\ntester\ntester\n", ""));
        uninstall();
        Ran refused = run("discard", address);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .contains(
                        "provider 'box' needs a plugin of type 'sandbox', which is not on the class path or in ",
                        plugin.getParent().toString(),
                        "its record is kept");
        build(plugin.resolve("sandbox-provider-1.1.jar"));
        assertThat(run("discard", address).status()).isZero();
        assertThat(run("list").out()).hasLineCount(1);
    }

    @Test
    void itsMachinesEndAlthoughItIsGone() throws Exception {
        requireSandboxes();
        assertThat(run("allocate", "view", "--ttl", "3s").status()).isZero();
        uninstall();

        Host.awaitNoMachines(work.state);
    }

    private void uninstall() throws Exception {
        try (Stream<Path> jars = Files.list(plugin)) {
            for (Path jar : jars.toList()) {
                Files.delete(jar);
            }
        }
        Files.delete(plugin);
    }

    private static void requireSandboxes() throws Exception {
        Process attempt = new ProcessBuilder("unshare", "--mount", "--pid", "--fork", "test", "-x", "/usr/sbin/sshd")
                .redirectErrorStream(true)
                .start();
        String said = new String(attempt.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (attempt.waitFor() != 0) {
            String reason = "no root with CAP_SYS_ADMIN, or no SSH server: " + said;
            if ("required".equals(System.getProperty("e2e"))) {
                fail(reason);
            }
            System.err.println("skipped: " + reason);
            abort(reason);
        }
    }

    /** As its own build does, with nothing but the API. */
    private void build(Path jar) throws Exception {
        Path classes = Files.createTempDirectory(scratch, "classes");
        List<Path> sources = files(EXAMPLE.resolve("java")).toList();
        String api;
        try (Stream<Path> lib = Files.list(Path.of(System.getProperty("dist"), "lib"))) {
            api = lib.filter(file -> file.getFileName().toString().startsWith("allocator-api-"))
                    .findFirst()
                    .orElseThrow()
                    .toString();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            said,
                            manager,
                            null,
                            List.of("--release", "17", "-cp", api, "-d", classes.toString()),
                            null,
                            manager.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
        Path resources = EXAMPLE.resolve("resources");
        for (Path resource : files(resources).toList()) {
            Path copy = classes.resolve(resources.relativize(resource).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(resource, copy);
        }
        Files.createDirectories(jar.getParent());
        Process pack = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                        "cf",
                        jar.toString(),
                        "-C",
                        classes.toString(),
                        ".")
                .inheritIO()
                .start();
        assertThat(pack.waitFor()).isZero();
    }

    private static Stream<Path> files(Path folder) throws Exception {
        return Host.files(folder).filter(Files::isRegularFile);
    }
}
