/** Starts, finds and kills processes. */
@NullMarked
package dev.allocator.core.process;

import org.jspecify.annotations.NullMarked;
