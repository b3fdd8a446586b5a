package dev.allocator.lxd.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The request that terminates a command and what it started: SIGTERM, 2 s later SIGKILL.
 *
 * <p>A command's processes carry a tag in their environment, by which proc(5) finds them; one that replaced its
 * environment is not found, and a guest without a shell or /proc terminates nothing. A signal through LXD's control
 * connection would reach only the command itself.
 */
final class ExecKill {

    private ExecKill() {}

    static JsonNode request(String tag) {
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
                """.formatted(ExecScript.TAG, tag);
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        List.of("/bin/sh", "-c", script).forEach(request.putArray("command")::add);
        return request.put("wait-for-websocket", false).put("record-output", false);
    }
}
