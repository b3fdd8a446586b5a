package dev.allocator;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The circumstances of an allocation that failed. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class AllocationFailure {

    private final String attempt;
    private final String profile;
    private final Phase phase;
    private final String reason;
    private final Optional<LeaseId> lease;
    private final Optional<Path> evidence;
    private final List<String> consoleTail;
    private final boolean retryable;
    private final Optional<String> kept;

    private AllocationFailure(Builder builder) {
        this.attempt = builder.attempt;
        this.profile = builder.profile;
        this.phase = builder.phase;
        this.reason = builder.reason;
        this.lease = Optional.ofNullable(builder.lease);
        this.evidence = Optional.ofNullable(builder.evidence);
        this.consoleTail = List.copyOf(builder.consoleTail);
        this.retryable = builder.retryable;
        this.kept = Optional.ofNullable(builder.kept);
    }

    /** Starts one with what each has. */
    public static Builder builder(String profile, Phase phase, String reason) {
        return new Builder(profile, phase, reason);
    }

    /** The profile that was asked for. */
    public String profile() {
        return profile;
    }

    /** Where it failed. */
    public Phase phase() {
        return phase;
    }

    /** What went wrong, in one line. */
    public String reason() {
        return reason;
    }

    /** The lease that was to be, or empty if it failed before there was one. */
    public Optional<LeaseId> lease() {
        return lease;
    }

    /** The folder with all that was kept of the attempt, or empty. */
    public Optional<Path> evidence() {
        return evidence;
    }

    /** The last lines of the machine's console; empty if there are none. */
    public List<String> consoleTail() {
        return consoleTail;
    }

    /** Whether the same request may succeed if tried again. */
    public boolean retryable() {
        return retryable;
    }

    /**
     * If the machine {@linkplain Keep was kept}, as a detached lease: until when, how to log in, and how to end it, in one
     * line.
     */
    public Optional<String> kept() {
        return kept;
    }

    /** One line: what was tried, what went wrong, where, and where to look. */
    @Override
    public String toString() {
        return "cannot " + attempt + ": " + phase + ": " + reason
                + evidence.map(path -> " (see " + path + ")").orElse("")
                + kept.map(how -> "; " + how).orElse("");
    }

    /** Puts one together; not safe for several threads. */
    public static final class Builder {
        private final String profile;
        private final Phase phase;
        private final String reason;
        private String attempt;
        private @Nullable LeaseId lease;
        private @Nullable Path evidence;
        private List<String> consoleTail = List.of();
        private boolean retryable;
        private @Nullable String kept;

        private Builder(String profile, Phase phase, String reason) {
            this.profile = profile;
            this.phase = phase;
            this.reason = reason;
            this.attempt = "allocate '" + profile + "'";
        }

        /** Sets what was tried, as in "cannot …", where it was something else than to allocate. */
        public Builder attempt(String attempt) {
            this.attempt = attempt;
            return this;
        }

        /** Sets {@link AllocationFailure#lease()}. */
        public Builder lease(LeaseId lease) {
            this.lease = lease;
            return this;
        }

        /** Sets {@link AllocationFailure#evidence()}. */
        public Builder evidence(Path evidence) {
            this.evidence = evidence;
            return this;
        }

        /** Sets {@link AllocationFailure#consoleTail()}. */
        public Builder consoleTail(List<String> consoleTail) {
            this.consoleTail = consoleTail;
            return this;
        }

        /** Sets {@link AllocationFailure#retryable()}. */
        public Builder retryable(boolean retryable) {
            this.retryable = retryable;
            return this;
        }

        /** Sets {@link AllocationFailure#kept()}. */
        public Builder kept(String kept) {
            this.kept = kept;
            return this;
        }

        /** The finished value. */
        public AllocationFailure build() {
            return new AllocationFailure(this);
        }
    }
}
