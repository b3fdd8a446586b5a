package dev.allocator.script.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.Credentials;
import dev.allocator.DataSize;
import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.Profile;
import dev.allocator.RealmId;
import dev.allocator.Secret;
import dev.allocator.spi.MachineSpec;
import dev.allocator.spi.MachineTags;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What commands read: one JSON object on one line. What is not known is left out. */
final class Request {

    private static final ObjectMapper WRITER = new ObjectMapper();
    private static final long GIB = 1L << 30;

    private final Map<String, Object> keys = new LinkedHashMap<>();

    private Request(String action, String instance) {
        keys.put("action", action);
        keys.put("provider", instance);
    }

    /** To make a machine. */
    static byte[] create(String instance, MachineSpec spec, Credentials credentials) {
        Profile profile = spec.profile();
        Request request = new Request("create", instance)
                .with("machine", spec.id().value())
                .with("realm", spec.tags().realm().value())
                .with("profile", profile.name())
                .with("image", profile.image())
                .with("arch", profile.arch());
        profile.cpu().ifPresent(cpu -> request.with("cpu", cpu));
        return request.with("memory_mb", profile.memory().map(DataSize::toMebibytes))
                .with("disk_gb", profile.disk().map(disk -> (disk.bytes() + GIB - 1) / GIB))
                .with("host_name", spec.hostName())
                .with("labels", profile.labels())
                .with("options", spec.settings().map("options"))
                .with("tags", tags(spec.tags()))
                .with("credentials", credentials(credentials))
                .bytes();
    }

    private static Map<String, Object> tags(MachineTags tags) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("realm", tags.realm().value());
        tags.lease().ifPresent(lease -> all.put("lease", lease.value()));
        all.put("owner", tags.owner());
        tags.expires().ifPresent(expires -> all.put("expires", expires.toString()));
        all.put("labels", tags.labels());
        return all;
    }

    private static Map<String, Object> credentials(Credentials credentials) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("user", credentials.user());
        credentials.password().map(Secret::reveal).ifPresent(password -> all.put("password", password));
        credentials.privateKey().map(Secret::reveal).ifPresent(key -> all.put("private_key", key));
        return all;
    }

    /** To take a machine back, or to look at it. */
    static byte[] about(String action, String instance, MachineId machine, RealmId realm, KnownFacts facts) {
        Request request = new Request(action, instance)
                .with("machine", machine.value())
                .with("realm", realm.value())
                .with("endpoint", facts.endpoint().map(HostAndPort::toString));
        if (!facts.attributes().isEmpty()) {
            request.with("attributes", facts.attributes());
        }
        facts.data().ifPresent(request::data);
        return request.bytes();
    }

    /** To list machines of all realms. */
    static byte[] list(String instance, RealmId realm) {
        return new Request("list", instance).with("realm", realm.value()).bytes();
    }

    private void data(byte[] data) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data))
                    .toString();
            with("data", text);
        } catch (CharacterCodingException e) {
            with("data_base64", Base64.getEncoder().encodeToString(data));
        }
    }

    private Request with(String key, Object value) {
        if (!(value instanceof Optional<?> optional)) {
            keys.put(key, value);
        } else if (optional.isPresent()) {
            keys.put(key, optional.get());
        }
        return this;
    }

    private byte[] bytes() {
        try {
            return (WRITER.writeValueAsString(keys) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts, numbers and maps can always be written", e);
        }
    }
}
