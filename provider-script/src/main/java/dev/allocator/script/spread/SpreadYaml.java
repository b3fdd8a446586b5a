package dev.allocator.script.spread;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.ProfileSource;
import java.util.Map;
import java.util.Set;

/**
 * The machines of a <a href="https://github.com/canonical/spread">spread</a> project: a profile {@code backend:system}
 * for each system of a backend of type adhoc, lxd or qemu. What else the file says is spread's own business.
 */
public final class SpreadYaml implements ProfileSource {

    /** What {@link java.util.ServiceLoader} calls. */
    public SpreadYaml() {}

    @Override
    public Set<String> fileNames() {
        return Set.of("spread.yaml", ".spread.yaml");
    }

    /** A project that has one need not want its machines here. */
    @Override
    public boolean automatic() {
        return false;
    }

    @Override
    public Map<String, ConfigNode> providers(ConfigNode file) {
        return SpreadProject.read(file).providers();
    }

    @Override
    public Map<String, ConfigNode> profiles(ConfigNode file) {
        return SpreadProject.read(file).profiles();
    }

    @Override
    public Map<String, String> unsupported(ConfigNode file) {
        return SpreadProject.read(file).unsupported();
    }
}
