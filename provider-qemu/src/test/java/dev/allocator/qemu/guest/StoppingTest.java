package dev.allocator.qemu.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.AllocationCancelledException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.Lease;
import dev.allocator.Phase;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.event.PhaseStarted;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cancelling and interrupting an allocation of a real guest, in each of its phases. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class StoppingTest {

    private static final AllocationRequest REQUEST = AllocationRequest.forProfile("all-phases")
            .credentials("root", Secret.of("other"))
            .build();

    @TempDir
    Path temp;

    private Allocator open() {
        return Allocator.open(AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(temp)
                .provider("qemu", "qemu", Map.of("accel", "tcg"))
                .profile(Profile.named("all-phases", "qemu")
                        .image(DemoImages.plain().toString())
                        .memory(DataSize.ofMebibytes(512))
                        .login(Credentials.password("debian", Secret.of("debian")))
                        .setup("sleep 3")
                        .build())
                .build());
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void cancelling(Phase phase) throws Exception {
        try (Allocator allocator = open()) {
            CountDownLatch reached = new CountDownLatch(1);
            allocator.on(PhaseStarted.class, event -> {
                if (event.phase() == phase) {
                    reached.countDown();
                }
            });
            CompletableFuture<Lease> lease = allocator.allocateAsync(REQUEST);
            assertThat(reached.await(2, TimeUnit.MINUTES)).isTrue();
            assertThat(lease.cancel(true)).isTrue();
            Host.awaitNoMachines(temp);
        }
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void interruptingTheCaller(Phase phase) {
        try (Allocator allocator = open()) {
            Thread caller = Thread.currentThread();
            allocator.on(PhaseStarted.class, event -> {
                if (event.phase() == phase) {
                    caller.interrupt();
                }
            });
            assertThatThrownBy(() -> allocator.allocate(REQUEST)).isInstanceOf(AllocationCancelledException.class);
            assertThat(Thread.interrupted()).as("the caller's interrupt flag").isTrue();
            Host.awaitNoMachines(temp);
        }
    }
}
