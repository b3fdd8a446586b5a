package dev.allocator.script.fixed;

import dev.allocator.Profile;
import dev.allocator.RealmId;
import dev.allocator.script.StaticProviderFactory;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.ProviderException;
import dev.allocator.testkit.ProviderBench;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A configuration of fixed hosts; not safe for several threads. */
final class Lab {

    private final Map<String, Object> hosts = new LinkedHashMap<>();
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private final Path folder;
    private final RealmId realm;

    Lab(Path folder) {
        this(folder, RealmId.random());
    }

    Lab(Path folder, RealmId realm) {
        this.folder = folder;
        this.realm = realm;
    }

    /** A host with a password; keys and values in turn. */
    Lab host(String name, Object... keysAndValues) {
        Map<String, Object> host = bare(keysAndValues);
        host.putIfAbsent("address", name + ".lab.invalid");
        if (!host.containsKey("key")) {
            host.putIfAbsent("password", "secret");
        }
        hosts.put(name, host);
        return this;
    }

    /** A host with nothing but these keys. */
    Lab bareHost(String name, Object... keysAndValues) {
        hosts.put(name, bare(keysAndValues));
        return this;
    }

    private static Map<String, Object> bare(Object... keysAndValues) {
        Map<String, Object> host = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            host.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return host;
    }

    Lab setting(String key, Object value) {
        settings.put(key, value);
        return this;
    }

    Map<String, Object> settings() {
        Map<String, Object> all = new LinkedHashMap<>(settings);
        all.put("hosts", Map.copyOf(hosts).isEmpty() ? Map.of() : hosts);
        return all;
    }

    static Profile.Builder profile() {
        return Profile.named("job", "lab");
    }

    ProviderBench open(Profile profile) throws ProviderException {
        return ProviderBench.of(new StaticProviderFactory(), profile, folder)
                .settings(settings())
                .realm(realm)
                .open();
    }

    MachinePlan plan(Profile profile) throws ProviderException {
        try (ProviderBench bench = open(profile)) {
            return bench.provider().plan(bench.spec());
        }
    }
}
