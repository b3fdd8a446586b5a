/** The engine behind {@link dev.allocator.Allocator}: start reading at {@link dev.allocator.core.CoreAllocator}. */
@NullMarked
package dev.allocator.core;

import org.jspecify.annotations.NullMarked;
