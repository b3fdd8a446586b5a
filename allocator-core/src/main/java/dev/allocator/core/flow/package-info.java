/** How an allocation goes from a request to a lease: {@link dev.allocator.core.flow.AllocationFlow}. */
@NullMarked
package dev.allocator.core.flow;

import org.jspecify.annotations.NullMarked;
