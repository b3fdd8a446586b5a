/**
 * What an allocator tells its listeners, registered with {@link dev.allocator.Allocator#on}.
 *
 * <p>Events of one lease arrive in order, one at a time, on a thread of the engine that holds no lock. New kinds
 * of events may appear in any release: listen to the kinds you know.
 */
@NullMarked
package dev.allocator.event;

import org.jspecify.annotations.NullMarked;
