/** SSH connections to machines: keys, log-in, commands, files and forwarded ports. */
@NullMarked
package dev.allocator.core.ssh;

import org.jspecify.annotations.NullMarked;
