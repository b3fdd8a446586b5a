package dev.allocator.core.config;

import dev.allocator.DataSize;
import dev.allocator.Durations;
import dev.allocator.Secret;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.SettingsSchema.Kind;
import dev.allocator.spi.SettingsSchema.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns a text into the type that a setting asks for. */
final class ScalarReader {

    private ScalarReader() {}

    static Optional<Object> read(Setting setting, ConfigNode node, Problems problems) {
        if (node.kind() != ConfigNode.Kind.SCALAR) {
            problems.add(node.location(), mustBe(setting) + ", not " + SettingsReader.found(node));
            return Optional.empty();
        }
        if (!allowed(setting, node, problems)) {
            return Optional.empty();
        }
        Optional<Object> value = parse(setting.kind(), node.text());
        if (value.isEmpty()) {
            problems.add(node.location(), mustBe(setting) + ", not " + Problems.quote(node.source()));
        }
        return value;
    }

    /** Whether the setting's restriction to some texts, if it has one, allows this one. */
    static boolean allowed(Setting setting, ConfigNode node, Problems problems) {
        List<String> values = setting.values();
        if (values.isEmpty() || values.contains(node.text())) {
            return true;
        }
        String found = setting.kind() == Kind.SECRET ? "this" : Problems.quote(node.source());
        String expected = "'" + setting.name() + "' must be " + choice(values) + ", not " + found;
        if (setting.kind() == Kind.SECRET) {
            problems.add(node.location(), expected);
        } else {
            problems.add(node.location(), expected, node.source(), values);
        }
        return false;
    }

    private static String choice(List<String> values) {
        int last = values.size() - 1;
        return last == 0 ? values.get(0) : String.join(", ", values.subList(0, last)) + " or " + values.get(last);
    }

    private static String mustBe(Setting setting) {
        return "'" + setting.name() + "' must be "
                + switch (setting.kind()) {
                    case STRING, SECRET -> "a text";
                    case BOOLEAN -> "true or false";
                    case INTEGER -> "a whole number";
                    case SIZE -> "a size such as 4GiB";
                    case DURATION -> "a duration such as 1m30s";
                    case LIST -> "a list of texts";
                    case MAP, MAPS, SECTION, SECTIONS -> "a section";
                };
    }

    /** Not the messages of the parsers: they quote the text, which may have been interpolated. */
    private static Optional<Object> parse(Kind kind, String text) {
        try {
            return switch (kind) {
                case STRING -> Optional.of(text);
                case SECRET -> Optional.of(Secret.of(text));
                case BOOLEAN ->
                    switch (text.toLowerCase(Locale.ROOT)) {
                        case "true", "yes", "on" -> Optional.of(true);
                        case "false", "no", "off" -> Optional.of(false);
                        default -> Optional.empty();
                    };
                case INTEGER -> text.matches("-?[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
                case SIZE -> Optional.of(DataSize.parse(text));
                case DURATION -> Optional.of(Durations.parse(text));
                case LIST, MAP, MAPS, SECTION, SECTIONS -> Optional.empty();
            };
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}
