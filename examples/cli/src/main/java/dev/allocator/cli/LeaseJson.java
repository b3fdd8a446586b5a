package dev.allocator.cli;

import dev.allocator.EndedLease;
import dev.allocator.HostAndPort;
import dev.allocator.LeaseInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Leases as JSON for programs; the fields are documented in the README, stay, and hold no secret. */
final class LeaseJson {

    private LeaseJson() {}

    static String write(List<LeaseInfo> leases) {
        return Json.write(
                        Map.of("leases", leases.stream().map(LeaseJson::fields).toList())) + "\n";
    }

    /** One lease alone. */
    static String write(LeaseInfo lease) {
        return Json.write(fields(lease)) + "\n";
    }

    static String writeEnded(List<EndedLease> leases) {
        return Json.write(Map.of("ended", leases.stream().map(LeaseJson::fields).toList())) + "\n";
    }

    private static Map<String, @Nullable Object> fields(EndedLease lease) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", lease.id().value());
        fields.put("profile", lease.profile());
        fields.put("reason", lease.reason().name().toLowerCase(Locale.ROOT));
        fields.put("created", text(lease.created()));
        fields.put("ended", text(lease.ended()));
        fields.put("seconds", Duration.between(lease.created(), lease.ended()).toSeconds());
        address(fields, lease.address());
        fields.put("message", lease.message().orElse(null));
        Map<String, Object> phases = new LinkedHashMap<>();
        lease.phases().forEach((phase, duration) -> phases.put(phase, duration.toMillis()));
        fields.put("phases", phases);
        return fields;
    }

    private static Map<String, @Nullable Object> fields(LeaseInfo lease) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", lease.id().value());
        fields.put("profile", lease.profile());
        fields.put("provider", lease.provider());
        fields.put("state", lease.state().name().toLowerCase(Locale.ROOT));
        fields.put("created", text(lease.created()));
        fields.put("ready", text(lease.ready()));
        fields.put("expires", text(lease.expires()));
        fields.put("attached", lease.attached());
        fields.put("owner", lease.owner().orElse(null));
        fields.put("machine", lease.machine().map(id -> id.value()).orElse(null));
        address(fields, lease.address());
        fields.put("user", lease.user().orElse(null));
        fields.put("name", lease.name().orElse(null));
        fields.put("networks", lease.networks());
        fields.put("problem", lease.problem().orElse(null));
        fields.put("nextTry", text(lease.nextTry()));
        fields.put("labels", lease.labels());
        return fields;
    }

    private static void address(Map<String, @Nullable Object> fields, Optional<HostAndPort> address) {
        fields.put("address", address.map(HostAndPort::toString).orElse(null));
        fields.put("host", address.map(HostAndPort::host).orElse(null));
        fields.put("port", address.map(HostAndPort::port).orElse(null));
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static @Nullable String text(Optional<Instant> instant) {
        return instant.map(LeaseJson::text).orElse(null);
    }
}
