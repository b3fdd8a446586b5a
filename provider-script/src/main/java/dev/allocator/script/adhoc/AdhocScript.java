package dev.allocator.script.adhoc;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What bash reads to run a script as spread does (spread/client.go of canonical/spread, localScript): the functions that
 * scripts call, the variables, the trace, and the script itself in a subshell that reads nothing.
 *
 * <p>Two things are more. What ADDRESS, ERROR and FATAL say goes to a file besides, in case the output is cut or has no
 * line break before it. And SIGTERM, which ends the subshell at once, leaves bash itself waiting for the subshell's
 * {@code trap … EXIT}.
 */
final class AdhocScript {

    /** How bash is started. */
    static final List<String> COMMAND = List.of(AdhocChecks.BASH.toString(), "-eu", "-");

    /** ADDRESS, ERROR and FATAL turn the trace and {@code set -u} off for what follows them, as in spread. */
    private static final String FUNCTIONS = """
            set -eu
            trap '{ set +x; } 2>/dev/null; exit 143' TERM
            (umask 077 && : >>RESULTS) || :
            ADDRESS() {
                { set +xu; } 2>/dev/null
                local said='<ADDRESS>'
                [ -z "$1" ] || said="<ADDRESS $1>"
                printf '%s\\n' "$said"
                { printf '%s\\n' "$said" >>RESULTS; } 2>/dev/null || :
            }
            ERROR() {
                { set +xu; } 2>/dev/null
                local said='<ERROR>'
                [ -z "$1" ] || said="<ERROR $*>"
                { printf '%s\\n' "$said" >>RESULTS; } 2>/dev/null || :
                printf '%s\\n' "$said"
                exit 213
            }
            FATAL() {
                { set +xu; } 2>/dev/null
                local said='<FATAL>'
                [ -z "$1" ] || said="<FATAL $*>"
                { printf '%s\\n' "$said" >>RESULTS; } 2>/dev/null || :
                printf '%s\\n' "$said"
                exit 213
            }
            MATCH() {
                { set +xu; } 2>/dev/null
                local stdin=$(cat)
                grep -q -E "$@" <<<"$(set -f; echo $stdin)" && return 0
                printf 'error: pattern not found on stdin:\\n%s\\n' "$stdin" >&2
                return 1
            }
            NOMATCH() {
                { set +xu; } 2>/dev/null
                local stdin=$(cat)
                grep -q -E "$@" <<<"$(set -f; echo $stdin)" || return 0
                printf "NOMATCH pattern='%s' found in:\\n%s\\n" "$*" "$stdin" >&2
                return 1
            }
            """;

    private static final Map<String, String> FIXED = Map.of(
            "DEBIAN_FRONTEND", "noninteractive",
            "DEBIAN_PRIORITY", "critical",
            "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin");

    private AdhocScript() {}

    /**
     * The whole input of bash.
     *
     * @param variables what the script is told; safe with any text
     * @param results where its results go besides its output
     */
    static byte[] of(String script, Map<String, String> variables, Path results) {
        StringBuilder text = new StringBuilder(FUNCTIONS.replace("RESULTS", quote(results.toString())));
        FIXED.forEach((name, value) -> text.append(export(name, value)));
        variables.forEach((name, value) -> text.append(export(name, value)));
        text.append("set -x\n\n(\n").append(script.strip()).append("\n\n) < /dev/null\n");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String export(String name, String value) {
        return "export " + name + "=" + quote(value) + "\n";
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
