package dev.allocator.core.process;

import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.ProcessSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The environment of children: what they need of ours, nothing that might be secret, and the tags. */
final class ChildEnvironment {

    /** The tag that names the realm. */
    static final String REALM = "ALLOCATOR_REALM";

    /** The tag that names the machine. */
    static final String MACHINE = "ALLOCATOR_MACHINE";

    private static final Set<String> NAMES = Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR");
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Map<String, String> inherited = new LinkedHashMap<>();
    private final RealmId realm;

    ChildEnvironment(RealmId realm, Map<String, String> environment) {
        this.realm = realm;
        environment.forEach((name, value) -> {
            if (NAMES.contains(name) || name.startsWith("LC_") || name.startsWith("XDG_")) {
                inherited.put(name, value);
            }
        });
        inherited.putIfAbsent("PATH", DEFAULT_PATH);
    }

    /** The whole environment for a process. The tags come last: nobody can overwrite them. */
    Map<String, String> forProcess(ProcessSpec spec) {
        Map<String, String> all = new LinkedHashMap<>(inherited);
        all.putAll(spec.environment());
        all.put(REALM, realm.value());
        spec.machine().map(MachineId::value).ifPresent(id -> all.put(MACHINE, id));
        return all;
    }
}
