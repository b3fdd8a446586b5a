package dev.allocator.core.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.Credentials;
import dev.allocator.Profile;
import dev.allocator.RealmId;
import dev.allocator.Secret;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.core.process.SessionProcesses;
import dev.allocator.core.profile.ResolvedProfile;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Deadline;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.SettingsSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Profiles whose log-in a command knows. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class LoginCommandTest {

    private static final Location PLACE = new Location("/etc/some.yaml", 3, 7);

    @TempDir
    Path folder;

    private Credentials ask(String line) throws Exception {
        return ask(line, Deadline.in(Duration.ofSeconds(30)));
    }

    private Credentials ask(String line, Deadline deadline) throws Exception {
        Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin", "SPREAD_PASSWORD", "canary-Finch4");
        LoginCommand command =
                new LoginCommand(new SessionProcesses(RealmId.random(), environment), place -> folder, environment);
        var settings = new SettingsReader(new Problems(), false)
                .read(
                        new SettingsReader.Section("x", PLACE, ConfigNode.section(PLACE, List.of())),
                        Set.of(),
                        List.of(SettingsSchema.empty().optionalSection("login", SettingsSchema.empty(), "who")));
        ResolvedProfile resolved =
                new ResolvedProfile(Profile.named("x", "y").build(), settings, PLACE, Optional.of(line));
        ResolvedProfile complete = command.complete(resolved, deadline);
        assertThat(complete.loginCommand()).isEmpty();
        return complete.profile().login().orElseThrow();
    }

    @Test
    void itPrintsUserAndPassword() throws Exception {
        assertThat(ask("echo ubuntu; printf 'a b\\\\\"$x'"))
                .isEqualTo(Credentials.password("ubuntu", Secret.of("a b\\\"$x")));
        assertThat(ask("printf 'root\\nä\\n'; echo noise >&2")).isEqualTo(Credentials.password("root", Secret.of("ä")));
    }

    @Test
    void itHasTheEnvironmentAndTheFolderOfItsFile() throws Exception {
        Files.writeString(folder.resolve("user"), "tester\n");
        assertThat(ask("cat user; [[ -z $ALLOCATOR_LOGIN_COMMAND ]] && echo \"$SPREAD_PASSWORD\""))
                .isEqualTo(Credentials.password("tester", Secret.of("canary-Finch4")));
    }

    @Test
    void itIsInNobodysArguments() throws Exception {
        assertThat(ask("echo user; tr '\\0' ' ' </proc/$$/cmdline; : canary-Swift9")
                        .password()
                        .orElseThrow()
                        .reveal())
                .contains("bash")
                .doesNotContain("canary");
    }

    @Test
    void whatItPrintsOtherwiseIsAnErrorThatDoesNotShowIt() {
        assertRefused("true", "must print two lines, the user and the password, and printed nothing");
        assertRefused("echo canary-1", "and printed lines: 1");
        assertRefused("echo a; echo b; echo canary-2", "and printed lines: 3");
        assertRefused("echo 'canary 3'; echo b", "printed no user name on its first line");
        assertRefused("echo user; echo", "or no password on its second");
        assertRefused("printf 'user\\ncanary\\t4\\n'", "or no password on its second");
    }

    private void assertRefused(String line, String why) {
        assertThatThrownBy(() -> ask(line))
                .isInstanceOf(ProviderException.class)
                .hasMessageStartingWith("/etc/some.yaml:3:7: the command of 'login' ")
                .hasMessageContaining(why)
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain("canary");
    }

    @Test
    void itsErrorOutputIsShownIfItFails() {
        assertThatThrownBy(() -> ask("echo canary; echo 'no such vault' >&2; exit 3"))
                .isInstanceOfSatisfying(ProviderException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ProviderException.Kind.RETRYABLE);
                    assertThat(e)
                            .hasMessage(
                                    "/etc/some.yaml:3:7: the command of 'login' failed with status 3: no such vault");
                });
    }

    @Test
    void itMayNotTakeLongerThanTheAllocation() {
        assertThatThrownBy(() -> ask("echo waiting >&2; sleep 50", Deadline.in(Duration.ofMillis(500))))
                .hasMessage("/etc/some.yaml:3:7: the command of 'login' took too long: waiting");
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> ask("sleep 50")).isInstanceOf(InterruptedException.class);
    }
}
