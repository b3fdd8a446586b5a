package dev.allocator.script.spread;

import dev.allocator.spi.ConfigNode;
import java.util.Optional;

/**
 * How to log in to a system.
 *
 * @param section the profile's {@code login}, if there is a password
 * @param user the user without a password
 * @param unsupported why that cannot be had, in words that follow "cannot be used: "
 */
record Login(Optional<ConfigNode> section, Optional<ConfigNode> user, Optional<String> unsupported) {

    private static final String DEFAULT_USER = "root";

    /** Reads {@code username} and {@code password}; runs nothing. */
    static Login of(ConfigNode system, Environment environment, Mistakes mistakes) {
        Optional<ConfigNode> username = mistakes.text(system, "username");
        Optional<ConfigNode> password = mistakes.text(system, "password");
        Value user = username.map(node -> environment.evaluate(node.text())).orElse(Value.EMPTY);
        Value secret = password.map(node -> password(node, environment)).orElse(Value.EMPTY);
        if (reported("username", username, user, mistakes) || reported("password", password, secret, mistakes)) {
            return new Login(Optional.empty(), Optional.empty(), Optional.empty());
        }
        if (isEmpty(secret)) {
            return withoutPassword(username, user);
        }
        ConfigNode place = password.orElseThrow();
        SectionBuilder login = new SectionBuilder(place.location());
        if (user.text().isPresent() && secret.text().isPresent()) {
            login.put("user", isEmpty(user) ? defaultUser(place) : replaced(username.orElseThrow(), user));
            login.put("password", replaced(place, secret));
        } else {
            login.put("command", LoginLine.printing(isEmpty(user) ? Value.text(DEFAULT_USER) : user, secret));
        }
        return new Login(Optional.of(login.build()), Optional.empty(), Optional.empty());
    }

    /** Passwords may well hold a $: only one that is a reference as a whole is replaced. */
    private static Value password(ConfigNode node, Environment environment) {
        return Environment.isReference(node.text()) ? environment.evaluate(node.text()) : Value.text(node.text());
    }

    private static boolean reported(String key, Optional<ConfigNode> written, Value value, Mistakes mistakes) {
        if (written.isEmpty() || value.wrong().isEmpty()) {
            return false;
        }
        mistakes.add(
                written.get().location(),
                "'" + key + "' cannot be found out: " + value.wrong().get());
        return true;
    }

    private static Login withoutPassword(Optional<ConfigNode> username, Value user) {
        if (user.text().isEmpty()) {
            return new Login(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("its 'username' comes from a command, which works together with a 'password' only"));
        }
        return new Login(
                Optional.empty(),
                username.filter(node -> !isEmpty(user)).map(node -> replaced(node, user)),
                Optional.empty());
    }

    private static boolean isEmpty(Value value) {
        return value.text().filter(String::isEmpty).isPresent();
    }

    private static ConfigNode replaced(ConfigNode written, Value value) {
        return ConfigNode.scalar(written.location(), value.text().orElseThrow(), written.source(), true);
    }

    private static ConfigNode defaultUser(ConfigNode place) {
        return SectionBuilder.text(place.location(), DEFAULT_USER);
    }
}
