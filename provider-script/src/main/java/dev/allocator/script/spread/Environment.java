package dev.allocator.script.spread;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Entry;
import dev.allocator.spi.ConfigNode.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces <code>&#36;NAME</code>, <code>&#36;{NAME}</code> and <code>&#36;(HOST: command)</code> as spread does
 * (evalenv in its project.go): names are those of {@code environment} of the project, then of the backend, each seeing
 * those above it; an unknown one is empty, whatever the host's environment has. For one thread.
 */
final class Environment {

    private static final Pattern REFERENCE =
            Pattern.compile("(?d)\\$(?:\\(HOST:(.+?)\\)|([a-zA-Z_][a-zA-Z0-9_]*)|\\{([a-zA-Z_][a-zA-Z0-9_]*)\\})");

    private final Map<String, Value> values = new HashMap<>();

    /** The variables of a project and a backend. */
    Environment(ConfigNode project, ConfigNode backend) {
        add(project.get("environment"));
        add(backend.get("environment"));
    }

    private void add(Optional<ConfigNode> environment) {
        for (Entry entry : environment.map(ConfigNode::entries).orElse(List.of())) {
            ConfigNode node = entry.value();
            values.put(
                    entry.key(),
                    node.kind() == Kind.SCALAR
                            ? evaluate(node.isNull() ? "" : node.text())
                            : Value.wrong("the variable " + Mistakes.quote(entry.key()) + " at " + entry.location()
                                    + " is no text"));
        }
    }

    /** The text with everything replaced; a command is kept as a command. */
    Value evaluate(String text) {
        Value value = Value.EMPTY;
        Matcher matcher = REFERENCE.matcher(text);
        int from = 0;
        while (matcher.find()) {
            value = value.followedBy(Value.text(text.substring(from, matcher.start())))
                    .followedBy(referred(matcher));
            from = matcher.end();
        }
        return value.followedBy(Value.text(text.substring(from)));
    }

    private Value referred(Matcher reference) {
        if (reference.group(1) != null) {
            return Value.command(reference.group(1));
        }
        String name = reference.group(2) != null ? reference.group(2) : reference.group(3);
        return values.getOrDefault(name, Value.EMPTY);
    }

    /** Whether the text is one reference and nothing else. */
    static boolean isReference(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        return matcher.lookingAt() && matcher.end() == text.length();
    }
}
