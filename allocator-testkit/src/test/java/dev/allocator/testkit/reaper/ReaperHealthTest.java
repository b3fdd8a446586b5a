package dev.allocator.testkit.reaper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.Profile;
import dev.allocator.ProviderHealth;
import dev.allocator.Readiness;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderContext;
import dev.allocator.spi.ProviderFactory;
import dev.allocator.spi.SettingsSchema;
import dev.allocator.testkit.ProcessProviderFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where leases could not be ended without this process, the health says so, and allocating works. */
@Timeout(120)
class ReaperHealthTest {

    @TempDir
    Path folder;

    private AllocatorOptions.Builder options() {
        return AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(folder.resolve("state"))
                .environment(Map.of("HOME", folder.toString(), "PATH", System.getenv("PATH")))
                .profile(Profile.named("demo", "process")
                        .readiness(Readiness.none())
                        .build());
    }

    private static List<String> problems(Allocator allocator) {
        return allocator.health().stream()
                .filter(health -> health.name().equals("reaper"))
                .map(ProviderHealth::toString)
                .toList();
    }

    @Test
    void allIsWell() {
        try (Allocator allocator = Allocator.open(options().build())) {
            assertThat(problems(allocator)).isEmpty();
        }
    }

    @Test
    void aClassPathThatDoesNotWorkIsTold() throws Exception {
        try (Allocator allocator = Allocator.open(options().build())) {
            assertThat(problems(allocator)).isEmpty();
        }
        Path reaper;
        try (Stream<Path> folders = Files.list(folder.resolve("state/reaper"))) {
            reaper = folders.findFirst().orElseThrow();
        }
        Files.delete(reaper.resolve("verdict"));
        Files.delete(folder.resolve(".cache/allocator/reaper").resolve(reaper.getFileName()));
        Files.writeString(reaper.resolve("args"), "-cp\n/nowhere\nno.such.Program\n");
        try (Allocator allocator = Allocator.open(options().build());
                Lease lease = allocator.allocate("demo")) {
            assertThat(lease.attributes()).containsKey("pid");
            assertThat(problems(allocator))
                    .singleElement()
                    .asString()
                    .startsWith("reaper: DEGRADED: machines may stay if this process is killed")
                    .contains("no.such.Program");
        }
    }

    @Test
    void aPluginThatOnlyThisProcessCanLoadIsTold() {
        ProviderFactory here = new ProviderFactory() {
            @Override
            public String type() {
                return "here";
            }

            @Override
            public SettingsSchema settings() {
                return SettingsSchema.empty();
            }

            @Override
            public SettingsSchema profileSettings() {
                return SettingsSchema.empty();
            }

            @Override
            public Provider open(ProviderContext context) {
                return new ProcessProviderFactory().open(context);
            }
        };
        try (Allocator allocator = Allocator.open(options().plugin(here).build())) {
            assertThat(problems(allocator)).singleElement().asString().contains("'here'");
        }
    }

    @Test
    void aPublicPluginInCodeIsEnough() {
        try (Allocator allocator =
                Allocator.open(options().plugin(new CodePlugin()).build())) {
            assertThat(problems(allocator)).isEmpty();
        }
    }

    @Test
    void aStoreInMemoryIsTold() {
        try (Allocator allocator = Allocator.open(options().store("memory").build())) {
            assertThat(problems(allocator)).singleElement().asString().contains("no other process can read");
        }
    }

    @Test
    void wakeUpsWithoutATimekeeperAreTold() throws Exception {
        LeaseId id;
        try (Allocator allocator = Allocator.open(options().build())) {
            Lease lease = allocator.allocate("demo");
            lease.renew(Duration.ofHours(1));
            lease.detach();
            id = lease.id();
        }
        try (Allocator allocator = Allocator.open(options().build())) { // one that starts nothing by itself
            String[] keeper =
                    Files.readString(folder.resolve("state/timekeeper")).split(" ");
            ProcessHandle process = ProcessHandle.of(Long.parseLong(keeper[0])).orElseThrow();
            assertThat(problems(allocator)).isEmpty();
            process.destroyForcibly();
            org.awaitility.Awaitility.await().until(() -> !process.isAlive());
            assertThat(problems(allocator)).singleElement().asString().contains("detached leases");
            allocator.cleanup();
            assertThat(problems(allocator)).isEmpty();
            allocator.lease(id).orElseThrow().discard();
        }
    }

    /** A plugin in code that any JVM can make. */
    public static final class CodePlugin implements ProviderFactory {

        /** What the reaper calls. */
        public CodePlugin() {}

        @Override
        public String type() {
            return "code";
        }

        @Override
        public SettingsSchema settings() {
            return SettingsSchema.empty();
        }

        @Override
        public SettingsSchema profileSettings() {
            return SettingsSchema.empty();
        }

        @Override
        public Provider open(ProviderContext context) {
            return new ProcessProviderFactory().open(context);
        }
    }
}
