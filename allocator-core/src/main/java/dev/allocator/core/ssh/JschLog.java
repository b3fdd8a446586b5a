package dev.allocator.core.ssh;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands JSch's messages to SLF4J, all at trace level: what matters is thrown. JSch logs no secrets.
 *
 * <p>One thing it does not throw: a connection that breaks during the log-in looks like a refusal, and only its log
 * tells them apart.
 */
final class JschLog implements com.jcraft.jsch.Logger {

    private static final Logger LOG = LoggerFactory.getLogger(JschLog.class);

    private volatile @Nullable IOException broken;

    /** What broke the connection while the user was being checked. */
    Optional<Exception> brokenBy() {
        return Optional.ofNullable(broken);
    }

    @Override
    public boolean isEnabled(int level) {
        return level >= WARN || LOG.isTraceEnabled();
    }

    @Override
    public void log(int level, String message) {
        LOG.trace(message);
    }

    @Override
    public void log(int level, String message, @Nullable Throwable cause) {
        if (cause instanceof IOException io && message.startsWith("an exception during authentication")) {
            broken = io;
        }
        LOG.trace(message, cause);
    }
}
