package dev.allocator.script.fixed;

import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.HostAndPort;
import dev.allocator.Secret;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderException;
import dev.allocator.spi.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code hosts} and says everything that is wrong with them. No message quotes a value: it may come from the
 * environment or a file.
 */
final class HostReader {

    private static final int SSH = 22;
    private static final long MOST = 1 << 20;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern NO_REASON = Pattern.compile("(?i)\\s*|true|false|yes|no|on|off");

    private final ProviderContext context;
    private final List<String> problems = new ArrayList<>();

    private HostReader(ProviderContext context) {
        this.context = context;
    }

    /**
     * The hosts by name, in the order in which they were written.
     *
     * @throws ProviderException with all problems
     */
    static Map<String, Host> read(ProviderContext context) throws ProviderException {
        HostReader reader = new HostReader(context);
        Map<String, Host> hosts = new LinkedHashMap<>();
        context.settings().sections("hosts").forEach((name, settings) -> {
            Host host = reader.host(name, settings);
            if (host != null) {
                hosts.put(name, host);
            }
        });
        if (!reader.problems.isEmpty()) {
            throw new ProviderException(String.join("; ", reader.problems));
        }
        return hosts;
    }

    /** Null if something is wrong with it, which then is among the problems. */
    private @Nullable Host host(String name, Settings settings) {
        int before = problems.size();
        if (!NAME.matcher(name).matches()) {
            add(
                    settings.location("address"),
                    "'" + name + "' cannot be the name of a host (expected at most 100 letters, digits and . _ -,"
                            + " a letter or digit first)");
        }
        Optional<HostAndPort> address = address(name, settings);
        Login login = login(name, settings);
        for (String gpu : settings.list("gpus")) {
            if (!Gpus.isName(gpu)) {
                add(
                        settings.location("gpus"),
                        key(name, "gpus") + " holds something that is no name (expected at most 100 characters, some of"
                                + " them a letter or a digit)");
            }
        }
        if (settings.string("drain").filter(NO_REASON.asMatchPredicate()).isPresent()) {
            add(
                    settings.location("drain"),
                    key(name, "drain") + " has to say why, in words; a host that is in service has no 'drain'");
        }
        OptionalLong cpus = number(name, "cpu", settings);
        OptionalLong slots = number(name, "slots", settings);
        if (problems.size() > before || address.isEmpty()) {
            return null;
        }
        return new Host(
                name,
                address.get(),
                login.credentials(),
                login.flaw(),
                settings.map("labels"),
                cpus,
                memory(settings),
                settings.list("gpus"),
                slots.orElse(1),
                settings.string("drain").map(HostReader::oneLine));
    }

    private Optional<HostAndPort> address(String name, Settings settings) {
        if (settings.string("address").isEmpty()) {
            return Optional.empty(); // which the schema has refused
        }
        try {
            return settings.string("address").map(text -> HostAndPort.parse(text.strip(), SSH));
        } catch (IllegalArgumentException e) {
            add(
                    settings.location("address"),
                    key(name, "address") + " is no address (expected host, host:port or [IPv6]:port)");
            return Optional.empty();
        }
    }

    private OptionalLong number(String name, String key, Settings settings) {
        Optional<Long> value = settings.integer(key);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (value.get() < 1 || value.get() > MOST) {
            add(settings.location(key), key(name, key) + " must be 1 to " + MOST);
        }
        return OptionalLong.of(value.get());
    }

    private static OptionalLong memory(Settings settings) {
        return settings.size("memory")
                .map(DataSize::toMebibytes)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    private record Login(Optional<Credentials> credentials, Optional<String> flaw) {
        static final Login NONE = new Login(Optional.empty(), Optional.empty());
    }

    private Login login(String name, Settings settings) {
        Optional<Secret> password = settings.secret("password");
        Optional<Secret> key = settings.secret("key");
        String user = settings.string("user").orElse("root");
        if (!isUser(user)) {
            add(
                    settings.location("user"),
                    key(name, "user") + " is no user name (expected a lower-case letter or _, then up to 31 of"
                            + " a-z 0-9 _ . -)");
            return Login.NONE;
        }
        if (password.isPresent() && key.isPresent()) {
            add(settings.location("key"), "'hosts." + name + "' has both 'password' and 'key': choose one");
            return Login.NONE;
        }
        if (password.isPresent()) {
            return password(name, user, password.get(), settings.location("password"));
        }
        return key.map(secret -> key(name, user, secret, settings.location("key")))
                .orElse(Login.NONE);
    }

    private static boolean isUser(String user) {
        try {
            Credentials.password(user, Secret.of("any"));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Login password(String name, String user, Secret password, Location location) {
        try {
            return new Login(Optional.of(Credentials.password(user, password)), Optional.empty());
        } catch (IllegalArgumentException e) {
            add(location, key(name, "password") + " must have 1 to 512 characters, none of them a control character");
            return Login.NONE;
        }
    }

    /** A file that is not there makes its host useless, not the others. */
    private Login key(String name, String user, Secret key, Location location) {
        try {
            Secret content = key.reveal().startsWith("-----BEGIN ")
                    ? key
                    : Secret.of(KeyFile.read(context.resolve(key.reveal(), location)));
            return new Login(Optional.of(Credentials.key(user, content)), Optional.empty());
        } catch (IOException | IllegalArgumentException e) {
            String reason = e instanceof IOException ? e.getMessage() : "it is no path, or an empty file";
            return new Login(
                    Optional.empty(),
                    Optional.of("has a private key that cannot be used: " + reason + " (" + location + ": "
                            + key(name, "key") + " is the path of a file that 'ssh-keygen' wrote, or its content)"));
        }
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    private static String key(String host, String key) {
        return "'hosts." + host + "." + key + "'";
    }

    private void add(Location location, String problem) {
        problems.add(location + ": " + problem);
    }
}
