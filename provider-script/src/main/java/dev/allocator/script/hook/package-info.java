/** Runs commands for machines: in time, with their output kept and secrets masked. */
@NullMarked
package dev.allocator.script.hook;

import org.jspecify.annotations.NullMarked;
