package dev.allocator.core.ssh;

import dev.allocator.Command;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A command as it is sent to a machine.
 *
 * <p>The user's login shell, whichever it is, only starts {@code /bin/sh}, which reads a script of known length from
 * standard input; dd(1) takes not one byte more than that. So no shell but {@code sh} ever sees the words, environment
 * values are in nobody's arguments, and the rest of standard input is the command's own.
 */
final class CommandScript {

    private final byte[] script;
    private final Privilege privilege;

    private CommandScript(byte[] script, Privilege privilege) {
        this.script = script;
        this.privilege = privilege;
    }

    /** With a tag by which its processes can be found: the variable {@value CommandKiller#TAG}. */
    static CommandScript of(Command command, String tag, Privilege privilege) {
        // In braces, so that a script that was cut short does nothing.
        StringBuilder text = new StringBuilder("{ export " + CommandKiller.TAG + "=" + tag);
        for (Map.Entry<String, String> variable : command.environment().entrySet()) {
            text.append(' ').append(variable.getKey()).append('=').append(ShellQuote.word(variable.getValue()));
        }
        text.append('\n');
        if (command.directory().isPresent()) {
            text.append("CDPATH= cd -- ")
                    .append(ShellQuote.word(command.directory().get()))
                    .append(" || exit 126\n");
        } else if (!privilege.startsAtHome()) {
            text.append("cd || cd /\n");
        }
        text.append("exec");
        command.words().forEach(word -> text.append(' ').append(ShellQuote.word(word)));
        text.append("\n}");
        return new CommandScript(text.toString().getBytes(StandardCharsets.UTF_8), privilege);
    }

    /** The line for the user's login shell. */
    String line() {
        return "exec " + privilege.wrapper() + "/bin/sh -c 'eval \"$(dd bs=1 count=" + script.length
                + " 2>/dev/null)\"'";
    }

    /** What standard input starts with. */
    byte[] preamble() {
        byte[] first = privilege
                .firstLine()
                .map(secret -> (secret.reveal() + "\n").getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> new byte[0]);
        byte[] all = java.util.Arrays.copyOf(first, first.length + script.length);
        System.arraycopy(script, 0, all, first.length, script.length);
        return all;
    }
}
