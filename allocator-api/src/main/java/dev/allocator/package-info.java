/**
 * What a program calls to get disposable machines: start at {@link dev.allocator.Allocator}.
 *
 * <p>Unless a type says otherwise, nothing here accepts or returns {@code null}, values are immutable and
 * everything may be used from any thread.
 */
@NullMarked
package dev.allocator;

import org.jspecify.annotations.NullMarked;
