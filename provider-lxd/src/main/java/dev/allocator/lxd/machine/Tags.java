package dev.allocator.lxd.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.MachineSpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The configuration keys by which a machine's instance is known, part of the request that creates it. */
final class Tags {

    /** What all of them start with; nobody else sets such. */
    static final String PREFIX = "user.allocator.";

    private static final String MACHINE = PREFIX + "machine";
    /** The instance's own name: a copy that somebody makes has all tags of the original, but not its name. */
    private static final String INSTANCE = PREFIX + "instance";

    private static final String REALM = PREFIX + "realm";
    private static final String LEASE = PREFIX + "lease";
    private static final String OWNER = PREFIX + "owner";
    private static final String EXPIRES = PREFIX + "expires";

    private Tags() {}

    static Map<String, String> of(MachineSpec spec, String instance) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(MACHINE, spec.id().value());
        tags.put(INSTANCE, instance);
        tags.put(REALM, spec.tags().realm().value());
        spec.tags().lease().ifPresent(lease -> tags.put(LEASE, lease.value()));
        tags.put(OWNER, spec.tags().owner());
        spec.tags().expires().ifPresent(expires -> tags.put(EXPIRES, expires.toString()));
        return tags;
    }

    static boolean belongsTo(JsonNode instance, MachineId machine) {
        return machine(instance).filter(machine::equals).isPresent();
    }

    /** Whose instance it is; nobody's if it is somebody's copy. */
    static Optional<MachineId> machine(JsonNode instance) {
        String name = instance.path("name").asText();
        if (text(instance, INSTANCE).filter(name::equals).isEmpty()) {
            return Optional.empty();
        }
        try {
            return text(instance, MACHINE).map(MachineId::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Optional<RealmId> realm(JsonNode instance) {
        try {
            return text(instance, REALM).map(RealmId::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Optional<String> owner(JsonNode instance) {
        return text(instance, OWNER);
    }

    static Optional<Instant> expires(JsonNode instance) {
        try {
            return text(instance, EXPIRES).map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonNode instance, String key) {
        return Optional.ofNullable(instance.path("config").path(key).textValue());
    }
}
