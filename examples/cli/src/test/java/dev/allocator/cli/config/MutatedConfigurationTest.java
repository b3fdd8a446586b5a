package dev.allocator.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.allocator.AllocatorOptions;
import dev.allocator.ConfigurationException;
import dev.allocator.core.profile.Configuration;
import dev.allocator.core.profile.Plugins;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a file has become, reading it yields a configuration or says where it is wrong, soon.
 * {@code -Dmutations.seed} repeats a run, {@code -Dmutations.count} makes it longer.
 */
class MutatedConfigurationTest {

    private static final int COUNT = Integer.getInteger("mutations.count", 10_000);
    private static final int LIMIT_SECONDS = 30;
    private static final Pattern LOCATED = Pattern.compile("\\P{Cntrl}+?\\.yaml:[1-9][0-9]*:[1-9][0-9]*: \\P{Cntrl}+");

    @TempDir
    Path folder;

    private final Plugins plugins = Plugins.load(getClass().getClassLoader());

    @Test
    void onlyLocatedMistakesComeOfIt() throws Exception {
        long seed = Long.getLong("mutations.seed", System.nanoTime());
        System.out.printf("%d mutated configurations, -Dmutations.seed=%d%n", COUNT, seed);
        List<Repository.Sample> samples = new ArrayList<>(Repository.ours());
        samples.addAll(Repository.others());
        // What examples name as sources is there, and in order.
        Path ours = Files.createDirectory(folder.resolve("ours"));
        Files.copy(Repository.ROOT.resolve("examples/spread/spread.yaml"), ours.resolve("spread.yaml"));
        Path others = Files.createDirectory(folder.resolve("others"));
        int refused = 0;
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            for (int number = 0; number < COUNT; number++) {
                Repository.Sample sample = samples.get(number % samples.size());
                byte[] mutated = new Mutator(seed + number).mutate(sample.text().getBytes(StandardCharsets.UTF_8));
                Path file = Files.write(
                        (sample.name().equals("allocator.yaml") ? ours : others).resolve(sample.name()), mutated);
                String which = "number " + number + " of seed " + seed + ", of " + sample;
                refused += problems(reader, file, which).isEmpty() ? 0 : 1;
            }
        } finally {
            reader.shutdownNow();
        }
        assertThat(refused).as("most are damaged").isGreaterThan(COUNT / 3);
    }

    private List<String> problems(ExecutorService reader, Path file, String which) throws Exception {
        Future<List<String>> reading = reader.submit(() -> problems(file));
        try {
            List<String> problems = reading.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(problems)
                    .as(which)
                    .allMatch(problem ->
                            LOCATED.matcher(problem).matches() && problem.startsWith(file.getParent() + "/"));
            return problems;
        } catch (ExecutionException e) {
            throw new AssertionError(which + " is refused in a way that nobody understands", e.getCause());
        } catch (TimeoutException e) {
            return fail(which + " is still being read after " + LIMIT_SECONDS + " s", e);
        }
    }

    private List<String> problems(Path file) {
        AllocatorOptions options = AllocatorOptions.builder()
                .configFile(file)
                .environment(Map.of("HOME", folder.toString()))
                .build();
        try {
            assertThat(Configuration.load(options, plugins).files()).contains(file);
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems();
        }
    }
}
