package dev.allocator.script.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.DiscardException;
import dev.allocator.HostAndPort;
import dev.allocator.Lease;
import dev.allocator.NoCapacityException;
import dev.allocator.Profile;
import dev.allocator.Readiness;
import dev.allocator.Secret;
import dev.allocator.event.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that behave, and commands that do not, through the engine. */
@Timeout(120)
class GoodAndHostileTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Workshop shop;

    @BeforeEach
    void open() {
        shop = new Workshop(folder);
    }

    private AllocationException failure(Allocator allocator) {
        return catchThrowableOfType(AllocationException.class, () -> allocator.allocate("demo"));
    }

    private static boolean runs(Path pid) throws Exception {
        return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).isPresent();
    }

    @Test
    void dataIsTheSameByteForByteInEveryProcess() throws Exception {
        byte[] bytes = new byte[512];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 7 + i / 256);
        }
        Files.write(folder.resolve("bytes"), bytes);
        shop.create("cat bytes; echo 'nothing of this belongs to the data' >&2");
        try (Allocator allocator = shop.open();
                Allocator other = shop.open();
                Lease lease = allocator.allocate("demo")) {
            assertThat(lease.data().orElseThrow()).isEqualTo(bytes);
            assertThat(lease.endpoint()).isEmpty();
            assertThat(other.lease(lease.id()).orElseThrow().data().orElseThrow())
                    .isEqualTo(bytes);
        }
        assertThat(shop.runs()).containsExactly("create", "destroy");
    }

    @Test
    void aWrongAnswerIsShownWithoutThePassword() throws Exception {
        shop.create(
                        "password=$(sed 's/.*\"password\":\"\\([^\"]*\\)\".*/\\1/'); echo $password >p; echo root:$password@h:x")
                .profile(Profile.named("demo", "shop").build());
        try (Allocator allocator = shop.open()) {
            AllocationException failure = failure(allocator);
            String password = Files.readString(folder.resolve("p")).strip();
            assertThat(password).matches("[A-Za-z0-9]{24}");
            assertThat(failure)
                    .hasMessageContaining("root:***@h:x")
                    .hasStackTraceContaining("the answer of create is wrong");
            assertThat(org.assertj.core.util.Throwables.getStackTrace(failure)).doesNotContain(password);
        }
    }

    @Test
    void aLineIsInNoArguments() throws Exception {
        shop.create(": canary-of-the-line; tr '\\0' ' ' </proc/$$/cmdline >arguments;"
                + " echo \"${ALLOCATOR_LINE-none}\" >line; echo x");
        try (Allocator allocator = shop.open();
                Lease lease = allocator.allocate("demo")) {
            assertThat(lease.data()).isPresent();
            assertThat(folder.resolve("arguments"))
                    .content()
                    .contains("/bin/sh -c")
                    .doesNotContain("canary");
            assertThat(folder.resolve("line")).hasContent("none");
        }
    }

    @Test
    void theRequestSaysEverything() throws Exception {
        shop.create(
                        "cat >create.json; printf '{\"endpoint\":\"h:7\",\"data\":\"d\\\\n\",\"attributes\":{\"a\":\"b\"}}'")
                .destroy("cat >destroy.json; env >destroy.env; pwd >destroy.pwd")
                .profile(Profile.named("demo", "shop")
                        .image("img")
                        .arch("riscv64")
                        .cpu(3)
                        .memory(DataSize.ofMebibytes(1536))
                        .disk(DataSize.ofMebibytes(1025))
                        .label("team", "ö")
                        .setting("user", "debian")
                        .setting("options", Map.of("zone", "b"))
                        .readiness(Readiness.none())
                        .build());
        String machine;
        try (Allocator allocator = shop.open();
                Lease lease = allocator.allocate(AllocationRequest.forProfile("demo")
                        .label("job", "17")
                        .ttl(Duration.ofHours(1))
                        .build())) {
            JsonNode request =
                    new ObjectMapper().readTree(folder.resolve("create.json").toFile());
            machine = request.path("machine").asText();
            assertThat(request.path("action").asText()).isEqualTo("create");
            assertThat(request.path("provider").asText()).isEqualTo("shop");
            assertThat(request.path("profile").asText()).isEqualTo("demo");
            assertThat(request.path("image").asText()).isEqualTo("img");
            assertThat(request.path("arch").asText()).isEqualTo("riscv64");
            assertThat(request.path("cpu").asInt()).isEqualTo(3);
            assertThat(request.path("memory_mb").asInt()).isEqualTo(1536);
            assertThat(request.path("disk_gb").asInt()).isEqualTo(2);
            assertThat(request.path("host_name").asText()).startsWith("demo-");
            assertThat(request.path("labels").path("team").asText()).isEqualTo("ö");
            assertThat(request.path("options").path("zone").asText()).isEqualTo("b");
            JsonNode tags = request.path("tags");
            assertThat(tags.path("realm").asText())
                    .hasSize(36)
                    .isEqualTo(request.path("realm").asText());
            assertThat(tags.path("lease").asText()).isEqualTo(lease.id().value());
            assertThat(tags.path("owner").asText()).isNotBlank();
            assertThat(tags.path("expires").asText()).endsWith("Z");
            assertThat(tags.path("labels").path("job").asText()).isEqualTo("17");
            assertThat(request.path("credentials").path("user").asText()).isEqualTo("debian");
            assertThat(request.path("credentials").path("password").asText()).matches("[A-Za-z0-9]{24}");
            assertThat(Files.readString(folder.resolve("create.json")))
                    .endsWith("}\n")
                    .hasLineCount(1);
            assertThat(lease.attributes()).containsEntry("a", "b");
            assertThat(lease.endpoint().orElseThrow().address()).isEqualTo(new HostAndPort("h", 7));
            assertThat(lease.endpoint().orElseThrow().credentials())
                    .isEqualTo(Credentials.password(
                            "debian",
                            Secret.of(
                                    request.path("credentials").path("password").asText())));
        }
        JsonNode request =
                new ObjectMapper().readTree(folder.resolve("destroy.json").toFile());
        assertThat(request.path("action").asText()).isEqualTo("destroy");
        assertThat(request.path("machine").asText()).isEqualTo(machine);
        assertThat(request.path("endpoint").asText()).isEqualTo("h:7");
        assertThat(request.path("data").asText()).isEqualTo("d\n");
        assertThat(request.path("attributes").path("a").asText()).isEqualTo("b");
        assertThat(request.has("credentials")).isFalse();
        assertThat(Files.readAllLines(folder.resolve("destroy.env"))).contains("ALLOCATOR_MACHINE=" + machine);
        assertThat(Files.readString(folder.resolve("destroy.pwd")).strip()).isEqualTo(folder.toString());
    }

    @Test
    void aFailureIsUndoneAndTriedAgain() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        shop.create("[ $(grep -c create runs) -ge 3 ] && exec echo h:1; echo 'no luck' >&2; exit 3");
        try (Allocator allocator = shop.open()) {
            allocator.on(Progress.class, event -> told.add(event.message()));
            try (Lease lease = allocator.allocate("demo")) {
                assertThat(lease.data()).isPresent();
                assertThat(shop.runs()).containsExactly("create", "destroy", "create", "destroy", "create");
            }
        }
        assertThat(told)
                .anySatisfy(line -> assertThat(line)
                        .contains("create failed with status 3")
                        .contains("no luck")
                        .contains("create.log")
                        .endsWith("trying again in 100ms"))
                .anySatisfy(line -> assertThat(line).endsWith("trying again in 200ms"));
    }

    @Test
    void aFailedUndoIsTriedAgainBeforeAnythingIsCreated() throws Exception {
        shop.create("[ $(grep -c create runs) -ge 2 ] && exec echo h:1; exit 3")
                .destroy("[ $(grep -c destroy runs) -ge 3 ]");
        try (Allocator allocator = shop.open();
                Lease lease = allocator.allocate("demo")) {
            assertThat(lease.data()).isPresent();
            assertThat(shop.runs()).containsExactly("create", "destroy", "destroy", "destroy", "create");
        }
    }

    @Test
    void whenThereIsNoTimeForAnotherTryTheReasonIsSaid() throws Exception {
        shop.create("echo 'no luck' >&2; exit 3").with("retry-delay", "30s");
        try (Allocator allocator = shop.open()) {
            AllocationException failure = catchThrowableOfType(
                    AllocationException.class,
                    () -> allocator.allocate(AllocationRequest.forProfile("demo")
                            .timeout(Duration.ofSeconds(20))
                            .build()));
            assertThat(failure.failure().reason())
                    .contains("create failed with status 3")
                    .contains("no luck");
            assertThat(failure.isRetryable()).isTrue();
        }
        assertThat(shop.runs()).containsExactly("create", "destroy");
    }

    @ParameterizedTest
    @CsvSource({
        "exit 64, create failed with status 64",
        "exit 65, create failed with status 65",
        "exit 78, create failed with status 78",
        "no-such-program, create failed with status 127",
        "./runs, create failed with status 126",
        "echo a b, the answer of create is wrong: 'a b' is no address",
        "true, the answer of create is wrong: it printed nothing",
        "echo h; echo h, the answer of create is wrong: it printed 2 lines",
        "echo {, the answer of create is wrong: it is no JSON",
        "head -c 17000000 /dev/zero, the answer of create is wrong: it printed 16 MiB or more",
    })
    void whatWillNotGetBetterIsNotTriedAgain(String line, String reason) throws Exception {
        shop.create(line).profile(Profile.named("demo", "shop").build());
        try (Allocator allocator = shop.open()) {
            AllocationException failure = failure(allocator);
            assertThat(failure.failure().reason()).contains(reason).doesNotContain("\n");
            assertThat(failure.isRetryable()).isFalse();
        }
        assertThat(shop.runs()).containsExactly("create", "destroy");
    }

    @Test
    void noRoomIsSaidAtOnce() throws Exception {
        shop.create("echo 'all boards are taken' >&2; exit 75");
        try (Allocator allocator = shop.open()) {
            assertThat(failure(allocator))
                    .isInstanceOf(NoCapacityException.class)
                    .hasMessageContaining("all boards are taken");
        }
        assertThat(shop.runs()).containsExactly("create", "destroy");
    }

    @Test
    void oneThatHangsAndIgnoresSignalsIsStopped() throws Exception {
        shop.create(
                        "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >child; while :; do sleep 1; done' & wait; wait; wait")
                .with("kill-timeout", "500ms")
                .with("retry-delay", "30s");
        try (Allocator allocator = shop.open()) {
            AllocationException failure = catchThrowableOfType(
                    AllocationException.class,
                    () -> allocator.allocate(AllocationRequest.forProfile("demo")
                            .timeout(Duration.ofSeconds(25))
                            .build()));
            assertThat(failure.failure().reason()).contains("create was stopped as it had not ended after");
        }
        await().atMost(SOON).until(() -> !runs(folder.resolve("child")));
        assertThat(shop.runs()).containsExactly("create", "destroy");
    }

    @Test
    void aChildThatHoldsTheOutputHoldsUpNothing() throws Exception {
        shop.create("sleep 300 & echo $! >child; echo h:1");
        try (Allocator allocator = shop.open();
                Lease lease = allocator.allocate("demo")) {
            assertThat(lease.data()).isPresent();
            assertThat(runs(folder.resolve("child"))).isTrue();
        }
        await().atMost(SOON).until(() -> !runs(folder.resolve("child")));
    }

    @Test
    void secretsAreMasked() throws Exception {
        String password = "pä ss'w\"o\\rd";
        shop.create(
                        "request=$(cat); set -x; : \"$request\"; x=$(printf '%s' \"$request\" | sed 's/.*\"password\":\"//');"
                                + " echo \"$x\" >&2; exit 64")
                .profile(Profile.named("demo", "shop")
                        .login(Credentials.password("root", Secret.of(password)))
                        .build());
        try (Allocator allocator = shop.open()) {
            AllocationException failure = failure(allocator);
            Path evidence = failure.failure().evidence().orElseThrow();
            String log = Files.readString(evidence.resolve("create.log"));
            assertThat(log)
                    .contains("***")
                    .contains("== ")
                    .doesNotContain("ss'w")
                    .doesNotContain("o\\\\rd");
            assertThat(failure.getMessage()).doesNotContain("ss'w").doesNotContain("o\\\\rd");
            try (Stream<Path> files = Files.walk(evidence)) {
                assertThat(files.filter(Files::isRegularFile)).noneMatch(file -> holds(file, "ss'w"));
            }
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anyBytesOnStandardErrorAreALog() throws Exception {
        shop.create("head -c 100000 /dev/urandom >&2; printf '\\033[31mred\\033[0m\\n\\377\\n' >&2; exit 64");
        try (Allocator allocator = shop.open()) {
            assertThat(failure(allocator).failure().reason())
                    .contains("red")
                    .doesNotContain("\u001b")
                    .doesNotContain("\n");
        }
    }

    @Test
    void whoGivesUpWaitingLeavesNothing() throws Exception {
        shop.create("echo $$ >child; sleep 300");
        try (Allocator allocator = shop.open()) {
            CompletableFuture<Lease> lease =
                    allocator.allocateAsync(AllocationRequest.forProfile("demo").build());
            await().atMost(SOON)
                    .until(() -> Files.exists(folder.resolve("child"))
                            && !Files.readString(folder.resolve("child")).isEmpty());
            lease.cancel(true);
            await().atMost(SOON).until(() -> shop.runs().contains("destroy"));
            await().atMost(SOON).until(() -> !runs(folder.resolve("child")));
            await().atMost(SOON).until(() -> allocator.leases().isEmpty());
        }
    }

    @Test
    void aFailedDestroyIsKeptAndTriedAgain() throws Exception {
        shop.destroy("echo 'the cloud is away' >&2; [ -e back ]");
        try (Allocator allocator = shop.open()) {
            Lease lease = allocator.allocate("demo");
            assertThatThrownBy(lease::discard)
                    .isInstanceOf(DiscardException.class)
                    .hasMessageContaining("destroy failed with status 1")
                    .hasMessageContaining("the cloud is away")
                    .hasMessageContaining("its record is kept");
            Files.createFile(folder.resolve("back"));
            lease.discard();
            assertThat(allocator.leases()).isEmpty();
        }
        assertThat(shop.runs()).containsExactly("create", "destroy", "destroy");
    }
}
