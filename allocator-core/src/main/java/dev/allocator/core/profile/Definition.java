package dev.allocator.core.profile;

import dev.allocator.spi.ConfigNode;
import dev.allocator.spi.Location;

/**
 * A named piece of a configuration file.
 *
 * @param name its name
 * @param location where the name was written
 * @param node what was written under it
 */
record Definition(String name, Location location, ConfigNode node) {}
