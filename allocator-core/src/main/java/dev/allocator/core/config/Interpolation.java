package dev.allocator.core.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces environment variables and file contents in the texts of one file: <code>&#36;{env:NAME}</code>,
 * <code>&#36;{env:NAME:-default}</code> and <code>&#36;{file:PATH}</code>. A second dollar sign in front makes them
 * literal. Safe for several threads.
 */
public final class Interpolation {

    private static final Pattern VARIABLE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Optional<UserPaths> paths;
    private final Path folder;
    private final Map<String, String> environment;

    private Interpolation(Optional<UserPaths> paths, Path folder, Map<String, String> environment) {
        this.paths = paths;
        this.folder = folder;
        this.environment = environment;
    }

    /**
     * For a file of ours.
     *
     * @param folder the file's folder, where relative paths start
     */
    public static Interpolation in(Path folder, Map<String, String> environment) {
        return new Interpolation(Optional.of(new UserPaths(environment)), folder, environment);
    }

    /** For a file of another tool, in which {@code ${…}} means something else. */
    public static Interpolation none() {
        return new Interpolation(Optional.empty(), Path.of(""), Map.of());
    }

    /**
     * Replaces what is to be replaced.
     *
     * @param mistakes takes the {@code ${…}} and what is wrong with it
     */
    String apply(String source, BiConsumer<String, String> mistakes) {
        if (paths.isEmpty() || !source.contains("${")) {
            return source;
        }
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int start = source.indexOf("${"); start >= 0; start = source.indexOf("${", from)) {
            if (start > from && source.charAt(start - 1) == '$') {
                text.append(source, from, start - 1).append("${");
                from = start + 2;
                continue;
            }
            text.append(source, from, start);
            int end = source.indexOf('}', start);
            String line = source.substring(start).lines().findFirst().orElse("");
            if (end < 0 || end >= start + line.length()) {
                mistakes.accept(line, "'${' is never closed; write $${ for a literal ${");
                return text.toString();
            }
            String placeholder = source.substring(start, end + 1);
            text.append(value(placeholder, mistakes));
            from = end + 1;
        }
        return text.append(source, from, source.length()).toString();
    }

    private String value(String placeholder, BiConsumer<String, String> mistakes) {
        String inside = placeholder.substring(2, placeholder.length() - 1);
        if (inside.contains("${")) {
            mistakes.accept(placeholder, "'${' within '${' is not supported");
            return "";
        }
        if (inside.startsWith("env:")) {
            return variable(placeholder, inside.substring("env:".length()), mistakes);
        }
        if (inside.startsWith("file:") && inside.length() > "file:".length()) {
            return content(placeholder, inside.substring("file:".length()), mistakes);
        }
        String instead = NAME.matcher(inside).matches() ? "${env:" + inside + "}" : "${env:NAME} or ${file:PATH}";
        mistakes.accept(
                placeholder,
                "unknown " + Problems.quote(placeholder) + "; write " + instead
                        + " to have it replaced, or $${ for a literal ${");
        return "";
    }

    private String variable(String placeholder, String inside, BiConsumer<String, String> mistakes) {
        Matcher matcher = VARIABLE.matcher(inside);
        if (!matcher.matches()) {
            mistakes.accept(
                    placeholder,
                    Problems.quote(placeholder) + " names no variable; expected ${env:NAME} or ${env:NAME:-default}");
            return "";
        }
        String value = environment.get(matcher.group(1));
        String fallback = matcher.group(2);
        // As in a shell, where :- also replaces an empty value.
        if (fallback != null && (value == null || value.isEmpty())) {
            return fallback;
        }
        if (value == null) {
            mistakes.accept(
                    placeholder,
                    "the environment variable " + matcher.group(1) + " is not set; set it, or write ${env:"
                            + matcher.group(1) + ":-default}");
            return "";
        }
        return value;
    }

    private String content(String placeholder, String path, BiConsumer<String, String> mistakes) {
        try {
            String content = TextFile.read(paths.orElseThrow().resolve(path, folder));
            return content.endsWith("\r\n")
                    ? content.substring(0, content.length() - 2)
                    : content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
        } catch (CharacterCodingException e) {
            mistakes.accept(placeholder, "cannot use " + Problems.quote(placeholder) + ": the file is not UTF-8 text");
        } catch (InvalidPathException e) {
            mistakes.accept(placeholder, "cannot use " + Problems.quote(placeholder) + ": it is no path");
        } catch (IOException e) {
            mistakes.accept(placeholder, "cannot use " + Problems.quote(placeholder) + ": " + TextFile.reason(e));
        }
        return "";
    }
}
