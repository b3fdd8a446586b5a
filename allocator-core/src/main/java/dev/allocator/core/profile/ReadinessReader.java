package dev.allocator.core.profile;

import dev.allocator.Readiness;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.core.config.Problems;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ConfigNode.Kind;
import dev.allocator.spi.SettingsSchema;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code readiness}: {@code none}, {@code banner}, {@code login} or {@code {command: …}}. */
final class ReadinessReader {

    /** What can be said in a word. */
    static final List<String> LEVELS = List.of("none", "banner", "login");

    static final SettingsSchema COMMAND =
            SettingsSchema.empty().required("command", SettingsSchema.Kind.STRING, "a line for /bin/sh");

    private final Problems problems;

    ReadinessReader(Problems problems) {
        this.problems = problems;
    }

    Optional<Readiness> read(ConfigNode profile) {
        return profile.get("readiness").filter(value -> !value.isNull()).flatMap(this::readiness);
    }

    private Optional<Readiness> readiness(ConfigNode value) {
        if (value.kind() == Kind.SECTION) {
            CheckedSettings settings = new SettingsReader(problems, false)
                    .read(
                            new SettingsReader.Section("'readiness'", value.location(), value),
                            Set.of(),
                            List.of(COMMAND));
            Optional<String> command = settings.string("command");
            if (command.filter(String::isBlank).isPresent()) {
                problems.add(settings.location("command"), "'command' in 'readiness' is empty");
            }
            return command.filter(line -> !line.isBlank()).map(Readiness::command);
        }
        return switch (value.text()) {
            case "none" -> Optional.of(Readiness.none());
            case "banner" -> Optional.of(Readiness.banner());
            case "login" -> Optional.of(Readiness.login());
            default -> {
                problems.add(
                        value.location(),
                        "'readiness' must be none, banner, login or {command: …}, not "
                                + (value.kind() == Kind.LIST ? "a list" : Problems.quote(value.source())),
                        value.source(),
                        LEVELS);
                yield Optional.empty();
            }
        };
    }
}
