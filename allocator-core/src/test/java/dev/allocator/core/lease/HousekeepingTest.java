package dev.allocator.core.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.core.store.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {

    @TempDir
    Path state;

    private final MemoryStore store = new MemoryStore();
    private final OwnerId self = OwnerId.self();

    @Test
    void whatCannotBeLookedAtIsReported() {
        Housekeeping housekeeping = housekeeping(() -> {});
        store.close();
        assertThat(errorsOf(housekeeping::look)).contains("cannot look for leases that are over", "is closed");
    }

    @Test
    void aLookThatIsOvertakenByTheEndSaysNothing() {
        Housekeeping[] overtaken = new Housekeeping[1];
        overtaken[0] = housekeeping(() -> {
            overtaken[0].stop();
            store.close();
        });
        assertThat(errorsOf(overtaken[0]::look)).isEmpty();
    }

    @Test
    void noLookFollowsTheEnd() {
        Housekeeping housekeeping = housekeeping(() -> {
            throw new AssertionError("it looked");
        });
        housekeeping.stop();
        assertThat(errorsOf(housekeeping::look)).isEmpty();
    }

    private Housekeeping housekeeping(Runnable beat) {
        InstantSource clock = InstantSource.system();
        Leases leases = new Leases(store, Wakeups.NONE, self);
        return new Housekeeping(clock, leases, new Judge(state, clock, self), Set::of, (lease, end) -> {}, beat);
    }

    private static String errorsOf(Runnable action) {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return errors.toString(StandardCharsets.UTF_8);
    }
}
