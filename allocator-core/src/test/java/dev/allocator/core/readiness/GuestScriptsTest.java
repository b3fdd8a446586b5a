package dev.allocator.core.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.allocator.Credentials;
import dev.allocator.Secret;
import dev.allocator.core.ssh.SshKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts in the shells that machines have; what they change in a machine is tested in machines. */
class GuestScriptsTest {

    private static final List<String> PASSWORDS = List.of(
            "plain",
            "it's",
            "'; touch pwned; '",
            "$(touch pwned)",
            "`touch pwned`",
            "$HOME",
            "\\",
            "a\\nb\\\\c",
            "\"",
            "EOF",
            "with:colon",
            " leading and trailing ",
            "%s%n",
            "öß 日本 🙂",
            "-n",
            "!!",
            "*?[a]",
            "#");

    private static List<String> shell(String name) {
        List<String> command = switch (name) {
            case "busybox" -> List.of("/bin/busybox", "sh");
            default -> List.of("/bin/" + name);
        };
        Path program = Path.of(command.get(0));
        boolean present = Files.isExecutable(program);
        if (!present && "required".equals(System.getProperty("e2e"))) {
            throw new AssertionError("this test needs " + program);
        }
        assumeTrue(present, () -> "skipped: this test needs " + program);
        return command;
    }

    private static String run(List<String> shell, String option, String script) throws Exception {
        List<String> command = new ArrayList<>(shell);
        command.add(option);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static String function(String script, String name) {
        int start = script.indexOf("\n" + name + "() {");
        return script.substring(start, script.indexOf("\n}\n", start) + 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash", "busybox"})
    void everyShellReadsTheScripts(String name) throws Exception {
        String personalise = GuestScripts.personaliseScript(Credentials.password("root", Secret.of("x")));
        assertThat(run(shell(name), "-n", personalise)).isEmpty();
        for (String resource :
                List.of("hostname.sh", "network.sh", "step.sh", "cloudinit.sh", "hostkeys.sh", "mount.sh")) {
            try (var stream = GuestScripts.class.getResourceAsStream(resource)) {
                assertThat(run(shell(name), "-n", new String(stream.readAllBytes(), StandardCharsets.UTF_8)))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash", "busybox"})
    void passwordsReachChpasswdAsTheyAre(String name) throws Exception {
        for (String password : PASSWORDS) {
            String script = GuestScripts.personaliseScript(Credentials.password("user.x-1", Secret.of(password)));
            String parameters = script.substring(0, script.indexOf("\n# Makes"));
            String stub = "\nfail() { exit 9; }\nchpasswd() { cat; }\n";
            String output =
                    run(shell(name), "-s", parameters + stub + function(script, "set_password") + "set_password\n");
            assertThat(output).isEqualTo("user.x-1:" + password + "\n");
        }
        assertThat(Path.of("pwned")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash", "busybox"})
    void keysAreAddedOnce(String name) throws Exception {
        Path home = Files.createTempDirectory("home");
        Files.createDirectory(home.resolve(".ssh"));
        Files.writeString(home.resolve(".ssh/authorized_keys"), "ssh-rsa AAAA older-without-line-end");
        var key = SshKeys.generate("test");
        String script = GuestScripts.personaliseScript(Credentials.key("someone", key.privateKey()));
        String parameters = script.substring(0, script.indexOf("\n# Makes"));
        String stub = "\nid() { echo 0; }\nchown() { :; }\nfail() { exit 9; }\n";
        // The function is run as it is but for the look-up of the home, which eval, a special built-in, does.
        String install = function(script, "install_key").replace("eval \"home=~$user\"", "home='" + home + "'");
        run(shell(name), "-s", parameters + stub + install + "install_key\ninstall_key\n");
        assertThat(Files.readString(home.resolve(".ssh/authorized_keys")))
                .isEqualTo("ssh-rsa AAAA older-without-line-end\n" + key.publicKey() + " allocator\n");
        assertThat(parameters).doesNotContain("PRIVATE");
        Files.delete(home.resolve(".ssh/authorized_keys"));
        Files.delete(home.resolve(".ssh"));
        Files.delete(home);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash", "busybox"})
    void theNamesOfANetworkReplaceThoseBefore(String name, @TempDir Path folder) throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n127.0.1.1 web");
        String script = GuestScripts.resource("network.sh");
        String write = function(script, "write_hosts").replace("/etc/hosts", hosts.toString());
        for (String names : List.of("10.1.1.1 old", "10.1.1.1 web\n10.1.1.2 db")) {
            for (String network : List.of("l.n", "lan")) {
                String parameters = "folder='" + folder + "'\nnetwork='" + network + "'\nhosts='" + names + "'\n";
                run(shell(name), "-s", parameters + write + "write_hosts\n");
            }
        }
        assertThat(hosts).hasContent("""
                127.0.0.1 localhost
                127.0.1.1 web
                # allocator network l.n: begin
                10.1.1.1 web
                10.1.1.2 db
                # allocator network l.n: end
                # allocator network lan: begin
                10.1.1.1 web
                10.1.1.2 db
                # allocator network lan: end
                """);
    }
}
