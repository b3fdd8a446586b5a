import dev.allocator.script.ScriptProviderFactory;
import dev.allocator.script.StaticProviderFactory;
import dev.allocator.script.spread.SpreadYaml;
import dev.allocator.spi.ProfileSource;
import dev.allocator.spi.ProviderFactory;

/** The providers of machines that external commands make, and of hosts that are already there. */
module dev.allocator.script {
    requires transitive dev.allocator.api;
    requires com.fasterxml.jackson.databind;

    exports dev.allocator.script;

    provides ProviderFactory with
            ScriptProviderFactory,
            StaticProviderFactory;
    provides ProfileSource with
            SpreadYaml;
}
