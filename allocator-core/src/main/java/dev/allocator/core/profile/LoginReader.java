package dev.allocator.core.profile;

import dev.allocator.Credentials;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.core.config.TextFile;
import dev.allocator.core.config.UserPaths;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.Location;
import dev.allocator.spi.Settings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads {@code login}. Its messages are its own: those of {@link Credentials} quote what was interpolated. */
final class LoginReader {

    private final UserPaths paths;
    private final Function<Location, Path> base;
    private final Problems problems;

    LoginReader(UserPaths paths, Function<Location, Path> base, Problems problems) {
        this.paths = paths;
        this.base = base;
        this.problems = problems;
    }

    /** Sets the profile's log-in; returns why it cannot be used, with its place, if the key's file is not there. */
    Optional<String> read(ConfigNode profile, CheckedSettings settings, Profile.Builder builder) {
        Optional<Settings> login = settings.section("login");
        if (login.isEmpty()) {
            return Optional.empty();
        }
        ConfigNode node = profile.get("login").orElseThrow();
        Optional<String> command = command(settings);
        if (command.isPresent()) {
            checkCommand(command.get(), login.get(), node);
            return Optional.empty();
        }
        boolean misspelt = SettingsReader.hasUnknownKey(node, ProfileKeys.LOGIN);
        if (node.kind() == Kind.SECTION && isMissing(node, "user") && isMissing(node, "command") && !misspelt) {
            problems.add(login.get().location("user"), "'login' needs 'user': the user who can log in");
        }
        Optional<String> user = login.get().string("user");
        if (user.isEmpty()) {
            return Optional.empty();
        }
        Optional<Secret> password = login.get().secret("password");
        Optional<Secret> key = login.get().secret("key");
        if (password.isEmpty() && key.isEmpty() && misspelt) {
            return Optional.empty();
        }
        if (password.isPresent() == key.isPresent()) {
            problems.add(
                    node.location(),
                    "'login' needs either 'password' or 'key'" + (key.isPresent() ? ", not both" : ""));
            return Optional.empty();
        }
        if (!isUser(user.get())) {
            problems.add(
                    login.get().location("user"),
                    "not a user name: "
                            + Problems.quote(
                                    node.get("user").map(ConfigNode::source).orElse(""))
                            + " (expected a lower-case letter or _, then up to 31 of a-z 0-9 _ . -)");
            return Optional.empty();
        }
        if (password.isPresent()) {
            setPassword(builder, user.get(), password.get(), login.get().location("password"));
            return Optional.empty();
        }
        return setKey(builder, user.get(), key.get(), node.get("key").orElseThrow());
    }

    private static boolean isMissing(ConfigNode node, String key) {
        return node.get(key).map(ConfigNode::isNull).orElse(true);
    }

    /** The shell line that finds the log-in out. */
    static Optional<String> command(CheckedSettings settings) {
        return settings.section("login").flatMap(login -> login.string("command"));
    }

    private void checkCommand(String command, Settings login, ConfigNode node) {
        if (command.isBlank()) {
            problems.add(login.location("command"), "'command' in 'login' is empty");
        }
        node.entries().stream()
                .filter(entry -> Set.of("user", "password", "key").contains(entry.key())
                        && !entry.value().isNull())
                .findFirst()
                .ifPresent(other -> problems.add(
                        other.location(),
                        "'login' has a 'command', which prints the user and the password: remove '" + other.key()
                                + "' or the command"));
    }

    private static boolean isUser(String user) {
        try {
            Credentials.password(user, Secret.of("any"));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void setPassword(Profile.Builder builder, String user, Secret password, Location location) {
        try {
            builder.login(Credentials.password(user, password));
        } catch (IllegalArgumentException e) {
            problems.add(location, "'password' must have 1 to 512 characters, none of them a control character");
        }
    }

    private Optional<String> setKey(Profile.Builder builder, String user, Secret key, ConfigNode node) {
        Secret content = key;
        try {
            if (!key.reveal().startsWith("-----BEGIN ")) {
                content = Secret.of(TextFile.read(paths.resolve(key.reveal(), base.apply(node.location()))));
            }
            builder.login(Credentials.key(user, content));
            return Optional.empty();
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return Optional.of(node.location() + ": the private key cannot be used: it is no text");
        } catch (IOException e) {
            return Optional.of(node.location() + ": the private key cannot be used: " + TextFile.reason(e)
                    + " (give the path of a file that 'ssh-keygen' wrote)");
        }
    }
}
