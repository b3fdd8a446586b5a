package dev.allocator.core.ssh;

import dev.allocator.Command;
import java.time.Duration;

/**
 * Terminates a command and all that it started: SIGTERM, 2 s later SIGKILL.
 *
 * <p>A command's processes carry a tag in their environment, by which proc(5) finds them. SSH's own signals
 * (RFC 4254, section 6.9) would reach only the command itself, and OpenSSH refuses them to root.
 */
final class CommandKiller {

    /** The variable that holds a command's tag. */
    static final String TAG = "ALLOCATOR_COMMAND";

    private CommandKiller() {}

    /** The command that terminates the command of that tag. */
    static Command of(String tag) {
        String script = """
                tagged() { grep -Fls '%s=%s' /proc/[0-9]*/environ 2>/dev/null | sed 's/[^0-9]//g'; }
                found=$(tagged)
                [ -n "$found" ] || exit 0
                kill -TERM $found 2>/dev/null
                tries=0
                while [ $tries -lt 20 ]; do
                  found=$(tagged)
                  [ -n "$found" ] || exit 0
                  sleep 0.1 2>/dev/null || { sleep 1; tries=$((tries + 9)); }
                  tries=$((tries + 1))
                done
                kill -KILL $found 2>/dev/null
                """.formatted(TAG, tag);
        return Command.of("/bin/sh", "-s").stdin(script).timeout(Duration.ofSeconds(10));
    }
}
