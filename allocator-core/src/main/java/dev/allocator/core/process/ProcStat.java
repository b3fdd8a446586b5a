package dev.allocator.core.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code /proc/PID/stat} says about a process (proc(5)).
 *
 * @param state field 3, such as {@code S} or {@code Z}
 * @param group field 5
 * @param session field 6
 * @param startTime field 22, in clock ticks after boot
 * @param memory field 23, in bytes; 0 of a zombie, or of a thread of the kernel
 * @param code field 26, an address; 0 until execve(2) has laid arguments and environment on the stack of a new program
 * @param arguments fields 48 and 49
 * @param environment fields 50 and 51
 */
record ProcStat(
        char state,
        long group,
        long session,
        long startTime,
        String memory,
        String code,
        Span arguments,
        Span environment) {

    private static final String NONE = "0";

    /** Reads it, or nothing if there is no such process. */
    static Optional<ProcStat> of(long pid) {
        try {
            return Optional.of(parse(Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            // Gone before or while it was read (ESRCH); stat itself is world-readable.
            return Optional.empty();
        }
    }

    /** Takes the line apart; the second field, the command's name, may hold spaces and parentheses. */
    static ProcStat parse(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
        return new ProcStat(
                fields[0].charAt(0),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[19]),
                fields[20],
                fields[23],
                span(fields, 45),
                span(fields, 47));
    }

    private static Span span(String[] fields, int first) {
        return new Span(Long.parseLong(fields[first]), Long.parseLong(fields[first + 1]));
    }

    /** The addresses of a part of the memory. */
    record Span(long start, long end) {

        long length() {
            return end - start;
        }
    }

    /** Whether it has memory in which arguments and an environment may be. */
    boolean hasMemory() {
        return !memory.equals(NONE);
    }

    /** Whether it is being turned into another program, whose arguments and environment cannot be read yet. */
    boolean isBecomingAnother() {
        return hasMemory() && code.equals(NONE);
    }

    boolean isAlive() {
        return state != 'Z' && state != 'X';
    }
}
