package dev.allocator.core.profile;

import dev.allocator.core.config.CheckedSettings;
import dev.allocator.core.config.SettingsReader;
import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;
import dev.allocator.spi.StoreFactory;

/**
 * The store to use.
 *
 * @param type its type, such as {@code file}
 * @param node its settings without {@code type}, as written
 * @param location where it was chosen
 */
public record StoreChoice(String type, ConfigNode node, Location location) {

    /** The settings to open it with, given the plugin of its type. */
    public CheckedSettings settings(StoreFactory factory) {
        return SettingsReader.read(section(), factory.settings());
    }

    SettingsReader.Section section() {
        return new SettingsReader.Section("'store'", location, node);
    }
}
