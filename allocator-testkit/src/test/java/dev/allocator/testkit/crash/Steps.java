package dev.allocator.testkit.crash;

import dev.allocator.testkit.crash.Steps.Death.Moment;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Numbers what a program does to the world, writes it down, and kills the program with SIGKILL before or after one of
 * these steps.
 */
final class Steps {

    /**
     * When to die.
     *
     * @param step the number of a step
     * @param moment relative to it
     * @param micros for how long after it began, with {@link Moment#DURING}
     */
    record Death(int step, Moment moment, long micros) {
        enum Moment {
            BEFORE,
            AFTER,
            /** Some time after it began, whatever goes on by then; step 0 is the beginning of the program. */
            DURING
        }

        static final Death NEVER = new Death(Integer.MAX_VALUE, Moment.BEFORE, 0);

        static Death parse(String text) {
            String[] parts = text.split(" ");
            return new Death(Integer.parseInt(parts[0]), Moment.valueOf(parts[1]), Long.parseLong(parts[2]));
        }

        @Override
        public String toString() {
            return step + " " + moment + " " + micros;
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
        dieLaterIn(0);
    }

    private static String ownPid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    /** One step: calls it, unless this is where to die. */
    <T> T step(String name, Callable<T> action) throws Exception {
        int number = next(name);
        dieAt(number, Moment.BEFORE);
        try {
            return action.call();
        } finally {
            dieAt(number, Moment.AFTER);
        }
    }

    private synchronized int next(String name) throws IOException {
        count++;
        log.write((count + " " + name + "\n").getBytes(StandardCharsets.UTF_8));
        dieLaterIn(count);
        return count;
    }

    private void dieAt(int number, Moment moment) {
        if (number == death.step() && moment == death.moment()) {
            die();
        }
    }

    private void dieLaterIn(int number) {
        if (number == death.step() && death.moment() == Moment.DURING) {
            long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(death.micros());
            Thread thread = new Thread(() -> {
                for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                die();
            });
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void die() {
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
