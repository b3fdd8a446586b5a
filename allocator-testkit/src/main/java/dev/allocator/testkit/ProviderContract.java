package dev.allocator.testkit;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every provider of machines promises, as tests. The author of one extends the newest version; a provider that
 * passes it leaks nothing, as far as tests can tell. Versions stay as they are, so that a new release of Allocator
 * breaks nobody's build; a later one adds promises in a new version.
 *
 * <p>The tests work on real machines, some dozens, one to three at a time: with a profile of the cheapest kind. Each
 * failure quotes the sentence of the SPI that was broken. What cannot be checked for want of a hook is aborted, not
 * passed, and says so. See the {@linkplain dev.allocator.testkit package} for an example.
 */
public final class ProviderContract {

    private ProviderContract() {}

    /** The promises of Allocator 0.1. Each has 15 minutes, unless the author's class has another {@link Timeout}. */
    @ExtendWith(UnexpectedExceptions.class)
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    public abstract static class V1 extends CrashPromises {

        /** For the author's class. */
        protected V1() {}
    }
}
