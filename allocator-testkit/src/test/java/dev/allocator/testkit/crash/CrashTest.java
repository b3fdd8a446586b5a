package dev.allocator.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.testkit.crash.Steps.Death;
import dev.allocator.testkit.crash.Steps.Death.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs are killed with SIGKILL, before and after each durable write and each call of a provider, and at random
 * instants; then nobody opens an allocator, and everything has to be gone, judged by a shell script.
 */
@Timeout(1800)
class CrashTest {

    /** Some of them only wait. */
    private static final int AT_ONCE = 8;

    private static final int INSTANTS = Integer.getInteger("instants", 200);

    @TempDir
    Path temp;

    private Bystanders bystanders;

    @BeforeEach
    void plant() throws IOException {
        Requirement.programs();
        bystanders = Bystanders.plant(temp.resolve("foreign"));
    }

    @AfterEach
    void remove() {
        if (bystanders != null) {
            bystanders.close();
        }
    }

    /** What one run showed. */
    private record Result(String name, Duration gone, String problem) {}

    /** Runs all, a few at once. */
    private List<Result> inParallel(Map<String, Callable<Duration>> runs) throws InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
        try {
            Map<String, Future<Duration>> started = new LinkedHashMap<>();
            runs.forEach((name, run) -> started.put(name, workers.submit(run)));
            List<Result> results = new ArrayList<>();
            for (Map.Entry<String, Future<Duration>> run : started.entrySet()) {
                try {
                    results.add(new Result(run.getKey(), run.getValue().get(), ""));
                } catch (ExecutionException e) {
                    results.add(new Result(run.getKey(), Duration.ZERO, String.valueOf(e.getCause())));
                }
            }
            return results;
        } finally {
            workers.shutdownNow();
        }
    }

    @Test
    void killedAtEachStep() throws Exception {
        long start = System.nanoTime();
        Map<String, Callable<Duration>> runs = new LinkedHashMap<>();
        List<List<String>> known = new ArrayList<>();
        CrashRun first = CrashRun.in(temp);
        first.complete(Scenario.DISCARD);
        for (Scenario scenario : List.of(
                Scenario.DISCARD, Scenario.DETACH, Scenario.CLOSE, Scenario.MEMBER, Scenario.FAIL, Scenario.KEEP)) {
            CrashRun whole = CrashRun.after(first);
            whole.complete(scenario);
            List<String> steps = whole.steps();
            // Until the lease is ready, many scenarios do the same, which is tried once.
            int same =
                    known.stream().mapToInt(other -> same(steps, other)).max().orElse(0);
            known.add(steps);
            print("%s has %d steps%s:", scenario, steps.size(), same == 0 ? "" : ", the first " + same + " as above");
            for (int step = same + 1; step <= steps.size(); step++) {
                print("  %s", steps.get(step - 1));
                for (Moment moment : scenario.moments()) {
                    Death death = new Death(step, moment, 0);
                    runs.put(
                            scenario + ": killed " + moment + " " + steps.get(step - 1),
                            () -> CrashRun.after(first).dieAt(scenario, death));
                }
            }
            runs.put(
                    scenario + ": went to its end",
                    () -> whole.judge().awaitClean(CrashProgram.TTL.plus(CrashRun.GONE)));
        }
        conclude("killed at each step", inParallel(runs), start);
    }

    /** How many steps two have in common, up to the lease that is ready. */
    private static int same(List<String> steps, List<String> others) {
        int ready = (int) steps.stream()
                .takeWhile(step -> !step.contains("commit lease ready"))
                .count();
        return (int) IntStream.rangeClosed(0, ready)
                .takeWhile(i -> i < Math.min(steps.size(), others.size())
                        && steps.get(i).equals(others.get(i)))
                .count();
    }

    @Test
    void killedAtRandomInstants() throws Exception {
        long start = System.nanoTime();
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        CrashRun first = CrashRun.in(temp);
        first.complete(Scenario.ALL);
        CrashRun whole = CrashRun.after(first);
        Duration life = whole.complete(Scenario.ALL);
        int steps = whole.steps().size();
        print("%d random instants in %d steps of %d ms together, -Dseed=%d", INSTANTS, steps, life.toMillis(), seed);
        Map<String, Callable<Duration>> runs = new LinkedHashMap<>();
        Map<Integer, Integer> deaths = new TreeMap<>();
        for (int i = 0; i < INSTANTS; i++) {
            // Relative to a step, so that all of them are hit although programs are slower when several run.
            int step = random.nextInt(steps + 1);
            Duration delay = Duration.ofNanos((long) (random.nextDouble() * 2 * life.toNanos() / (steps + 1)));
            runs.put(i + ": killed " + delay.toNanos() / 1000 + " µs after the beginning of step " + step, () -> {
                CrashRun run = CrashRun.after(first);
                try {
                    return run.dieDuring(Scenario.ALL, step, delay);
                } finally {
                    synchronized (deaths) {
                        deaths.merge(run.steps().size(), 1, Integer::sum);
                    }
                }
            });
        }
        List<Result> results = inParallel(runs);
        print("deaths by the number of steps begun: %s", deaths);
        conclude("killed at random instants", results, start);
    }

    private void conclude(String what, List<Result> results, long start) {
        results.forEach(result -> print(
                "%6d ms %s%s",
                result.gone().toMillis(), result.name(), result.problem().isEmpty() ? "" : " FAILED"));
        List<Result> failed =
                results.stream().filter(result -> !result.problem().isEmpty()).toList();
        print(
                "%s: %d runs, %d failed; slowest to be gone %d ms; %d s in all",
                what,
                results.size(),
                failed.size(),
                results.stream()
                        .map(Result::gone)
                        .max(Comparator.naturalOrder())
                        .orElse(Duration.ZERO)
                        .toMillis(),
                (System.nanoTime() - start) / 1_000_000_000);
        assertThat(failed).isEmpty();
        bystanders.requireUntouched();
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(format, values));
    }
}
