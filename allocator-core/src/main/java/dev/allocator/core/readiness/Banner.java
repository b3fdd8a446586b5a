package dev.allocator.core.readiness;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what a server says first (RFC 4253, section 4.2): any lines, then its identification. */
final class Banner {

    /** More than this before the identification is no SSH server. */
    static final int LARGEST = 8 * 1024;

    /** What has come so far. */
    enum State {
        /** Not enough to tell. */
        INCOMPLETE,
        /** An SSH server of protocol 2. */
        SSH,
        /** Something else. */
        OTHER
    }

    private byte[] received = new byte[0];

    /** Adds what was read. */
    State add(byte[] bytes) {
        int before = received.length;
        received = Arrays.copyOf(received, before + bytes.length);
        System.arraycopy(bytes, 0, received, before, bytes.length);
        return state();
    }

    private State state() {
        String text = new String(received, StandardCharsets.ISO_8859_1);
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            String line = text.substring(start, end);
            if (line.startsWith("SSH-2.0-") || line.startsWith("SSH-1.99-")) {
                return State.SSH;
            }
            if (line.startsWith("SSH-")) {
                return State.OTHER;
            }
            start = end + 1;
        }
        return received.length > LARGEST ? State.OTHER : State.INCOMPLETE;
    }

    byte[] received() {
        return received.clone();
    }

    boolean isEmpty() {
        return received.length == 0;
    }

    /** Whether sshd itself turns connections away for now (MaxStartups and PerSourcePenalties of sshd_config(5)). */
    boolean turnedAway() {
        String text = new String(received, StandardCharsets.ISO_8859_1);
        return text.startsWith("Exceeded MaxStartups") || text.startsWith("Not allowed at this time");
    }

    /** Its start, printable, for messages. */
    String quoted() {
        String start = new String(received, 0, Math.min(60, received.length), StandardCharsets.ISO_8859_1);
        return "'" + start.strip().replaceAll("[^ -~]+", ".") + (received.length > 60 ? "…" : "") + "'";
    }
}
