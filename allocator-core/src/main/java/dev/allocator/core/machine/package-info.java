/** Provider instances, and what they are given. */
@NullMarked
package dev.allocator.core.machine;

import org.jspecify.annotations.NullMarked;
