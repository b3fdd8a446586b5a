/** Delivery of events. */
@NullMarked
package dev.allocator.core.event;

import org.jspecify.annotations.NullMarked;
