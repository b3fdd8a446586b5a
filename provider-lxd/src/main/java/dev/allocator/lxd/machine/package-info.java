/** The life of one machine in LXD: planned, created, watched, found, ended. */
@NullMarked
package dev.allocator.lxd.machine;

import org.jspecify.annotations.NullMarked;
