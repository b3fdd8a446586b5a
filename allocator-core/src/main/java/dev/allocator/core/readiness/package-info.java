/** Waiting until machines can be logged in to, and preparing them for their users. */
@NullMarked
package dev.allocator.core.readiness;

import org.jspecify.annotations.NullMarked;
