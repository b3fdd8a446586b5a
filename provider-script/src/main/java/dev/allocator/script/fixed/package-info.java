/** Hosts that are already there, handed out one user at a time. */
@NullMarked
package dev.allocator.script.fixed;

import org.jspecify.annotations.NullMarked;
