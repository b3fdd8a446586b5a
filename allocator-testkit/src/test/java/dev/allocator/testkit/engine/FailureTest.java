package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.EndReason;
import dev.allocator.NoCapacityException;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.ProvisioningException;
import dev.allocator.ReadinessTimeoutException;
import dev.allocator.SetupStep;
import dev.allocator.UnknownProfileException;
import dev.allocator.spi.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest extends EngineTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @Test
    void anUnknownProfileSuggestsOnes() {
        Allocator allocator = open(demo().build());
        assertThatThrownBy(() -> allocator.allocate("demmo"))
                .isInstanceOfSatisfying(
                        UnknownProfileException.class,
                        e -> assertThat(e.profile()).isEqualTo("demmo"))
                .hasMessageContaining("demo");
        assertNothingLeft();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(fault("plan-fails"), Phase.PLAN, ProvisioningException.class, false, "plan-fails", LONG),
                Arguments.of(
                        fault("create-fails"), Phase.CREATE, ProvisioningException.class, false, "create-fails", LONG),
                Arguments.of(
                        fault("never-ready"),
                        Phase.REACH,
                        ReadinessTimeoutException.class,
                        true,
                        "within 2s",
                        Duration.ofSeconds(2)),
                Arguments.of(fault("dies"), Phase.REACH, ProvisioningException.class, true, "machine died", LONG),
                Arguments.of(
                        demo().setting("fault", "dies")
                                .setting("dies-after", "1s")
                                .setup("sleep 60")
                                .build(),
                        Phase.SETUP,
                        ProvisioningException.class,
                        true,
                        "",
                        LONG),
                Arguments.of(
                        fault("refuses"), Phase.REACH, ReadinessTimeoutException.class, false, "after 4 tries", LONG),
                Arguments.of(
                        demo().setup(new SetupStep("install", "echo broken >&2; exit 7"))
                                .build(),
                        Phase.SETUP,
                        ProvisioningException.class,
                        false,
                        "install",
                        LONG),
                Arguments.of(
                        demo().setting("create-takes", "60s").build(),
                        Phase.CREATE,
                        ReadinessTimeoutException.class,
                        true,
                        "within 1s",
                        Duration.ofSeconds(1)),
                Arguments.of(
                        demo().setup("sleep 60").build(),
                        Phase.SETUP,
                        ReadinessTimeoutException.class,
                        true,
                        "within 2s",
                        Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureSaysWhatAndWhereAndLeavesNothing(
            Profile profile,
            Phase phase,
            Class<? extends AllocationException> type,
            boolean retryable,
            String reason,
            Duration timeout) {
        Allocator allocator = open(profile);
        AllocationRequest request =
                AllocationRequest.forProfile("demo").timeout(timeout).build();

        AllocationException failure = catchThrowableOfType(type, () -> allocator.allocate(request));

        assertThat(failure).isExactlyInstanceOf(type);
        assertThat(failure.getMessage())
                .contains("'demo'", phase.toString(), reason)
                .doesNotContain("\n");
        assertThat(failure.failure().phase()).isEqualTo(phase);
        assertThat(failure.isRetryable()).as(failure.getMessage()).isEqualTo(retryable);
        assertNothingLeft();
        assertThat(allocator.leases()).isEmpty();
        assertThat(failure.failure().evidence().orElseThrow()).isDirectoryContaining("glob:**failure.txt");
        if (phase == Phase.PLAN) {
            assertThat(allocator.ended()).isEmpty();
        } else {
            assertThat(allocator.ended()).singleElement().satisfies(ended -> {
                assertThat(ended.reason()).isEqualTo(EndReason.FAILED);
                assertThat(ended.message()).contains(failure.getMessage());
                assertThat(ended.phases()).containsKey(phase.toString());
            });
        }
    }

    static Stream<Arguments> thrown() {
        return Stream.of(
                Arguments.of(new IllegalStateException("a bug"), ProvisioningException.class, false),
                Arguments.of(new NoClassDefFoundError("gone/Missing"), ProvisioningException.class, false),
                Arguments.of(new AssertionError("not so"), ProvisioningException.class, false),
                Arguments.of(
                        new ProviderException(ProviderException.Kind.RETRYABLE, "busy", null),
                        ProvisioningException.class,
                        true),
                Arguments.of(
                        new ProviderException(ProviderException.Kind.NO_CAPACITY, "full", null),
                        NoCapacityException.class,
                        true));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void whateverAProviderThrowsIsReported(
            Throwable thrown, Class<? extends AllocationException> type, boolean retryable) {
        for (Phase phase : new Phase[] {Phase.PLAN, Phase.CREATE}) {
            ThrowingProviderFactory plugin = new ThrowingProviderFactory(phase, thrown);
            try (Allocator allocator =
                    open(options(Profile.named("bad", "throwing").login(LOGIN).build())
                            .plugin(plugin))) {
                assertThatThrownBy(() -> allocator.allocate("bad"))
                        .isExactlyInstanceOf(type)
                        .hasMessageContaining(thrown.getMessage())
                        .satisfies(e -> {
                            assertThat(((AllocationException) e).failure().phase())
                                    .isEqualTo(phase);
                            assertThat(((AllocationException) e).isRetryable()).isEqualTo(retryable);
                        });
                assertThat(plugin.destroyed()).isEqualTo(phase == Phase.CREATE ? 1 : 0);
                assertNothingLeft();
            }
        }
    }

    @Test
    void deathIsNoticedLongBeforeTheDeadline() {
        Allocator allocator = open(demo().setting("fault", "dies")
                .setting("dies-after", "1s")
                .setting("ready-after", "60s")
                .build());
        Instant limit = Instant.now().plusSeconds(60);
        assertThatThrownBy(() -> allocator.allocate(
                        AllocationRequest.forProfile("demo").timeout(LONG).build()))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("died");
        assertThat(Instant.now()).isBefore(limit);
        assertNothingLeft();
    }
}
