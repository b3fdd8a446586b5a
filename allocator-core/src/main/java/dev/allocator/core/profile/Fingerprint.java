package dev.allocator.core.profile;

import dev.allocator.Credentials;
import dev.allocator.Profile;
import dev.allocator.SetupStep;
import dev.allocator.Share;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Hashes a profile. Every value is preceded by its kind and size, so that no two profiles are written alike. */
final class Fingerprint {

    private final StringBuilder text = new StringBuilder();

    private Fingerprint() {}

    static String of(ResolvedProfile resolved) {
        Profile profile = resolved.profile();
        Map<String, Object> all = new TreeMap<>();
        resolved.settings().withoutSecrets().forEach((key, value) -> all.put("setting " + key, value));
        ProfileKeys.COMMON.settings().forEach(setting -> all.remove("setting " + setting.name()));
        all.put("name", profile.name());
        all.put("provider", profile.provider());
        profile.image().ifPresent(image -> all.put("image", image));
        profile.arch().ifPresent(arch -> all.put("arch", arch));
        profile.cpu().ifPresent(cpu -> all.put("cpu", cpu));
        profile.memory().ifPresent(memory -> all.put("memory", memory.bytes()));
        profile.disk().ifPresent(disk -> all.put("disk", disk.bytes()));
        profile.login().map(Credentials::toString).ifPresent(login -> all.put("login", login));
        resolved.loginCommand().ifPresent(command -> all.put("login-command", command));
        all.put("setup", profile.setup().stream().map(SetupStep::script).toList());
        all.put("readiness", profile.readiness().toString());
        profile.network().ifPresent(network -> all.put("network", network));
        profile.ttl().ifPresent(ttl -> all.put("ttl", ttl));
        profile.timeout().ifPresent(timeout -> all.put("timeout", timeout));
        profile.limit().ifPresent(limit -> all.put("limit", limit));
        if (!profile.shares().isEmpty()) {
            all.put("shares", profile.shares().stream().map(Fingerprint::share).toList());
        }
        profile.keep().ifPresent(keep -> all.put("keep", keep));
        if (!profile.collect().isEmpty()) {
            all.put("collect", profile.collect());
        }
        all.put("labels", profile.labels());
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.append(all);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(fingerprint.text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static List<String> share(Share share) {
        return List.of(share.host().toString(), share.guest(), Boolean.toString(share.readOnly()));
    }

    private void append(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, item) -> sorted.put(key.toString(), item));
            text.append('m').append(sorted.size()).append(':');
            sorted.forEach((key, item) -> {
                append(key);
                append(item);
            });
        } else if (value instanceof Iterable<?> items) {
            text.append('[');
            items.forEach(this::append);
            text.append(']');
        } else {
            String scalar = value.toString();
            text.append('s').append(scalar.length()).append(':').append(scalar);
        }
    }
}
