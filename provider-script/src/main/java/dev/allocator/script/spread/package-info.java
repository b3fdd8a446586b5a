/** Reads the backends of {@code spread.yaml}. */
@NullMarked
package dev.allocator.script.spread;

import org.jspecify.annotations.NullMarked;
