/** Records of leases and machines, who owns them, and how they end. */
@NullMarked
package dev.allocator.core.lease;

import org.jspecify.annotations.NullMarked;
