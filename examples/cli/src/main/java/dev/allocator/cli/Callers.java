package dev.allocator.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The processes that wait for this one: its ancestors up to the leader of its session. Scripts run it in subshells,
 * which live on when only the script's own shell is killed, as spread does when a script takes too long.
 *
 * <p>A leader of a session, which {@code setsid} makes, has no callers; nor has any process where there is no
 * {@code /proc}.
 */
final class Callers {

    /** Nobody. */
    static final Callers NONE = new Callers(Path.of("/proc"), List.of());

    private final Path proc;
    private final List<Caller> callers;

    private Callers(Path proc, List<Caller> callers) {
        this.proc = proc;
        this.callers = List.copyOf(callers);
    }

    /** What proc(5) says of a process in {@code /proc/PID/stat}. */
    private record Caller(long pid, String name, char state, long parent, long session, long startTime) {

        static @Nullable Caller read(Path proc, long pid) {
            try {
                String stat = Files.readString(proc.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
                // The name is in parentheses and may hold any character.
                int end = stat.lastIndexOf(')');
                String[] fields = stat.substring(end + 2).split(" ", 21);
                return new Caller(
                        pid,
                        stat.substring(stat.indexOf('(') + 1, end),
                        fields[0].charAt(0),
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[3]),
                        Long.parseLong(fields[19]));
            } catch (IOException e) {
                return null; // it ended
            }
        }

        boolean hasEnded(Path proc) {
            Caller now = read(proc, pid);
            return now == null || now.startTime != startTime || now.state == 'Z' || now.state == 'X';
        }

        @Override
        public String toString() {
            return "process " + pid + " (" + name + ")";
        }
    }

    /** The callers of a process as of now. */
    static Callers of(long process) {
        Path proc = Path.of("/proc");
        List<Caller> callers = new ArrayList<>();
        Caller self = Caller.read(proc, process);
        if (self != null && self.session() != process) {
            Caller next = Caller.read(proc, self.parent());
            while (next != null && next.session() == self.session()) {
                callers.add(next);
                next = next.pid() == self.session() ? null : Caller.read(proc, next.parent());
            }
        }
        return new Callers(proc, callers);
    }

    /** Whether there is nobody to watch. */
    boolean isEmpty() {
        return callers.isEmpty();
    }

    /** One that has ended, such as {@code process 4711 (bash)}. */
    Optional<String> ended() {
        return callers.stream()
                .filter(caller -> caller.hasEnded(proc))
                .map(Caller::toString)
                .findFirst();
    }
}
