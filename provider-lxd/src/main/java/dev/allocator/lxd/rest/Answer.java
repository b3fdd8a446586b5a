package dev.allocator.lxd.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.lxd.rest.LxdException.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP answer, read to its end.
 *
 * @param question what it answers, for messages: such as {@code GET /1.0}
 * @param from the socket's path, for messages
 * @param status the HTTP status
 * @param contentType of the body, empty if it has none
 * @param body its bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record Answer(String question, String from, int status, String contentType, byte[] body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What LXD's envelope says ({@code type}, {@code metadata}, {@code operation}); LXD's answers are described in its
     * doc/rest-api.md.
     *
     * @throws LxdException with LXD's words if it is an error; also if the answer is not LXD's
     */
    JsonNode envelope() throws LxdException {
        if (body.length == 0) {
            throw unreadable(Reason.NOT_LXD, "sent an empty answer to " + question, null);
        }
        JsonNode envelope = parse();
        String type = envelope.path("type").asText();
        if (type.equals("error")) {
            String words = envelope.path("error").asText().strip();
            int code = Math.max(status, envelope.path("error_code").asInt());
            throw LxdException.refused(
                    code, words.isEmpty() ? "LXD answered " + question + " with status " + code : words);
        }
        if (!type.equals("sync") && !type.equals("async")) {
            throw unreadable(Reason.NOT_LXD, "does not answer " + question + " as LXD does", null);
        }
        return envelope;
    }

    /** The bytes themselves, unless they say that something went wrong. */
    byte[] content() throws LxdException {
        if (status / 100 != 2) {
            envelope();
            throw unreadable(Reason.NOT_LXD, "answered " + question + " with status " + status, null);
        }
        return body;
    }

    private JsonNode parse() throws LxdException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            // Without the cause: its message quotes the answer.
            throw contentType.startsWith("application/json")
                    ? unreadable(Reason.CONNECTION_LOST, "sent broken JSON in answer to " + question, null)
                    : unreadable(Reason.NOT_LXD, "answers " + question + " with something that is no JSON", null);
        } catch (IOException e) {
            throw unreadable(Reason.CONNECTION_LOST, "sent an unreadable answer to " + question, e);
        }
    }

    private LxdException unreadable(Reason reason, String what, @Nullable Exception cause) {
        String who = reason == Reason.NOT_LXD ? "what listens at " : "LXD at ";
        return LxdException.unreachable(
                reason, who + from + " " + what + (reason == Reason.NOT_LXD ? ", so it is not LXD" : ""), cause);
    }
}
