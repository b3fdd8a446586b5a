package dev.allocator.qemu;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes sentences out of what QEMU prints before it gives up. */
final class QemuMessages {

    private static final int TAIL = 16 * 1024;
    private static final Pattern PROGRAM = Pattern.compile("^\\S*qemu\\S*: (error: )?");
    private static final int SIGNAL = 128;

    private QemuMessages() {}

    /** The last meaningful line of a log, if there is one. */
    static Optional<String> lastIn(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(TAIL, file.length())];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            return last(new String(tail, StandardCharsets.UTF_8));
        } catch (IOException e) {
            // No log, no line: the exit status is said anyway.
            return Optional.empty();
        }
    }

    /** The last line that is neither a warning nor the assertion that follows an error, without the program's name. */
    static Optional<String> last(String output) {
        return output.lines()
                .filter(line -> !line.isBlank() && !line.contains("warning: ") && !line.contains("Assertion `"))
                .reduce((first, second) -> second)
                .map(line -> PROGRAM.matcher(line.strip()).replaceFirst(""));
    }

    /** How QEMU ended. */
    static String ended(int status, Optional<String> message) {
        String how;
        if (status < 0) {
            how = "QEMU ended";
        } else if (status > SIGNAL) {
            how = "QEMU was killed by signal " + (status - SIGNAL);
        } else {
            how = "QEMU exited with status " + status;
        }
        return how + message.map(text -> ": " + text).orElse("");
    }

    /** Adds what to do about well-known messages. */
    static String explain(String message) {
        if (message.contains("cannot set up guest memory")) {
            return message + "; the host has too little memory: make the machine smaller or stop others";
        }
        if (message.contains("\"write\" lock") || message.contains("shared \"write\"")) {
            return message + "; another process has the image open for writing: images of machines must not be in use";
        }
        if (message.contains("Could not access KVM") || message.contains("failed to initialize kvm")) {
            return message + "; set accel to auto or tcg, or give this user access to /dev/kvm (group kvm)";
        }
        if (message.contains("Could not open") && message.contains("Permission denied")) {
            return message + "; the image and the images below it must be readable by this user";
        }
        return message;
    }
}
