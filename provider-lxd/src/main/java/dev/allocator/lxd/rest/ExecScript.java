package dev.allocator.lxd.rest;

import dev.allocator.Command;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A command as it is sent to an instance.
 *
 * <p>LXD passes a command's words and environment on in the arguments of a process of the host (lxd forkexec) and shows
 * them in the operation. So it is only told to start {@code sh}, which reads a script of known length from standard
 * input; dd(1) takes not one byte more than that, and the rest is the command's own input.
 */
final class ExecScript {

    /** The variable by which the command's processes can be found. */
    static final String TAG = "ALLOCATOR_COMMAND";

    private final byte[] script;

    private ExecScript(byte[] script) {
        this.script = script;
    }

    static ExecScript of(Command command) {
        // In braces, so that a script that was cut short does nothing.
        StringBuilder text = new StringBuilder("{ :");
        for (Map.Entry<String, String> variable : command.environment().entrySet()) {
            text.append("\nexport ").append(variable.getKey()).append('=').append(quoted(variable.getValue()));
        }
        text.append('\n');
        if (command.directory().isPresent()) {
            text.append("CDPATH= cd -- ")
                    .append(quoted(command.directory().get()))
                    .append(" || exit 126\n");
        } else {
            text.append("cd || cd /\n");
        }
        text.append("exec");
        command.words().forEach(word -> text.append(' ').append(quoted(word)));
        text.append("\n}");
        return new ExecScript(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** What LXD is told to start. */
    List<String> words() {
        return List.of("/bin/sh", "-c", "eval \"$(dd bs=1 count=" + script.length + " 2>/dev/null)\"");
    }

    /** What standard input starts with. */
    byte[] preamble() {
        return script;
    }

    /** A word that a shell leaves as it is. */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
