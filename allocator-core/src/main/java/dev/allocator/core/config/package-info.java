/**
 * Reads configuration: YAML to located {@link dev.allocator.spi.ConfigNode nodes}, nodes to checked {@link
 * dev.allocator.spi.Settings settings}, and everything that is wrong with them at once.
 */
@NullMarked
package dev.allocator.core.config;

import org.jspecify.annotations.NullMarked;
