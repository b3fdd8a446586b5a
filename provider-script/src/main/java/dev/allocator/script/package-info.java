/** Machines that external commands make, and hosts that are already there. */
@NullMarked
package dev.allocator.script;

import org.jspecify.annotations.NullMarked;
