package dev.allocator.script.spread;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ProfileSource;
import java.util.Map;
import java.util.Set;

/** The machines of a {@code spread.yaml}. */
public final class SpreadYaml implements ProfileSource {

    /** What {@link java.util.ServiceLoader} calls. */
    public SpreadYaml() {}

    @Override
    public Set<String> fileNames() {
        return Set.of("spread.yaml", ".spread.yaml");
    }

    /** Its {@code $(HOST: …)} run commands. */
    @Override
    public boolean automatic() {
        return false;
    }

    @Override
    public Map<String, ConfigNode> profiles(ConfigNode file) {
        return Map.of();
    }
}
