package dev.allocator.testkit.crash;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Numbers what a program does to the world, writes it down, and kills the program with SIGKILL before or after one of
 * these steps.
 */
final class Steps {

    /** At which step to die, and on which side of it. */
    record Death(int step, boolean after) {
        static final Death NEVER = new Death(0, false);

        static Death parse(String text) {
            String[] parts = text.split(" ");
            return new Death(Integer.parseInt(parts[0]), parts[1].equals("after"));
        }

        @Override
        public String toString() {
            return step + (after ? " after" : " before");
        }
    }

    private final OutputStream log;
    private final OutputStream killer;
    private final Death death;
    private int count;

    Steps(Path log, Death death) throws IOException {
        this.log = new FileOutputStream(log.toFile());
        this.death = death;
        // It waits already, so that no time passes between the decision and the signal.
        this.killer = new ProcessBuilder("/bin/sh", "-c", "read -r go && kill -9 \"$1\"", "sh", ownPid())
                .start()
                .getOutputStream();
    }

    private static String ownPid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    /** One step: calls it, unless this is where to die. */
    <T> T step(String name, Callable<T> action) throws Exception {
        int number = next(name);
        dieAt(number, false);
        try {
            return action.call();
        } finally {
            dieAt(number, true);
        }
    }

    private synchronized int next(String name) throws IOException {
        count++;
        log.write((count + " " + name + "\n").getBytes(StandardCharsets.UTF_8));
        return count;
    }

    private void dieAt(int number, boolean after) {
        if (number == death.step() && after == death.after()) {
            try {
                killer.write('\n');
                killer.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            while (true) {
                LockSupport.park();
            }
        }
    }
}
