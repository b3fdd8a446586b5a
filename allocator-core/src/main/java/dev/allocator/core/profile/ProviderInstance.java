package dev.allocator.core.profile;

import dev.allocator.ConfigurationException;
import dev.allocator.core.config.CheckedSettings;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.ProviderFactory;

/**
 * A configured instance of a provider.
 *
 * @param name its name
 * @param type the type of its provider, whose plugin may be missing
 * @param node its settings without {@code type}, as written
 * @param location where its name was written
 */
public record ProviderInstance(String name, String type, ConfigNode node, Location location) {

    /**
     * The settings to open it with.
     *
     * @param factory the plugin of its type
     * @throws ConfigurationException if they are wrong, which can only be for an instance that is nowhere configured
     */
    public CheckedSettings settings(ProviderFactory factory) {
        return SettingsReader.read(section(), factory.settings());
    }

    SettingsReader.Section section() {
        return new SettingsReader.Section("provider '" + name + "'", location, node);
    }
}
