/** Reads the files of spread-adhoc-allocator. */
@NullMarked
package dev.allocator.lxd.spread;

import org.jspecify.annotations.NullMarked;
