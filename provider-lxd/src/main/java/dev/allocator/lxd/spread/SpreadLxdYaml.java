package dev.allocator.lxd.spread;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ProfileSource;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The configuration of <a href="https://github.com/bboozzoo/spread-adhoc-allocator">spread-adhoc-allocator</a>, whose
 * systems are profiles here. What it means is said in config.rs and lxd.rs there.
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class SpreadLxdYaml implements ProfileSource {

    private static final String USER_FILE = "spread-adhoc-allocator/config.yaml";

    /** What {@link java.util.ServiceLoader} calls. */
    public SpreadLxdYaml() {}

    @Override
    public Set<String> fileNames() {
        return Set.of("spread-lxd.yaml");
    }

    /** It must be a section of keys, of which none has a meaning yet. */
    @Override
    public Set<String> userFiles() {
        return Set.of(USER_FILE);
    }

    @Override
    public Map<String, ConfigNode> profiles(ConfigNode file) {
        return read(file).profiles();
    }

    @Override
    public Map<String, String> unsupported(ConfigNode file) {
        return read(file).unsupported();
    }

    private static Systems read(ConfigNode file) {
        return file.location().source().endsWith("/" + USER_FILE) ? Systems.noneIn(file) : Systems.read(file);
    }
}
