package dev.allocator;

import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/** The state of one provider instance, or of one plugin that could not be loaded. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ProviderHealth {

    private final String name;
    private final String type;
    private final Status status;
    private final List<String> messages;
    private final Map<String, String> attributes;

    private ProviderHealth(Builder builder) {
        this.name = builder.name;
        this.type = builder.type;
        this.status = builder.status;
        this.messages = List.copyOf(builder.messages);
        this.attributes = Map.copyOf(builder.attributes);
    }

    /** Starts one with what each has. */
    public static Builder builder(String name, String type, Status status) {
        return new Builder(name, type, status);
    }

    /** The instance, or the plugin. */
    public String name() {
        return name;
    }

    /** The provider type; the same as the name for a broken plugin. */
    public String type() {
        return type;
    }

    /** Whether it can be used. */
    public Status status() {
        return status;
    }

    /** A clear sentence each: problems first, then what is worth knowing. */
    public List<String> messages() {
        return messages;
    }

    /**
     * What the provider says of itself, such as {@code accel}: {@code kvm} where virtual machines run at the speed of
     * hardware, {@code tcg} where they are emulated; empty for one that cannot be used.
     */
    public Map<String, String> attributes() {
        return attributes;
    }

    /** Whether a provider can be used. */
    public enum Status {
        /** It can. */
        HEALTHY,
        /** It can, with a drawback. */
        DEGRADED,
        /** It cannot. */
        UNUSABLE
    }

    /** The name, the status and the messages in one line. */
    @Override
    public String toString() {
        return name + ": " + status + (messages.isEmpty() ? "" : ": " + String.join("; ", messages));
    }

    /** Puts one together; not safe for several threads. */
    public static final class Builder {
        private final String name;
        private final String type;
        private final Status status;
        private List<String> messages = List.of();
        private Map<String, String> attributes = Map.of();

        private Builder(String name, String type, Status status) {
            this.name = name;
            this.type = type;
            this.status = status;
        }

        /** Sets {@link ProviderHealth#messages()}. */
        public Builder messages(List<String> messages) {
            this.messages = messages;
            return this;
        }

        /** Sets {@link ProviderHealth#attributes()}. */
        public Builder attributes(Map<String, String> attributes) {
            this.attributes = attributes;
            return this;
        }

        /** The finished value. */
        public ProviderHealth build() {
            return new ProviderHealth(this);
        }
    }
}
