/** Room at places: which machine has what of it, and who waits for some. */
@NullMarked
package dev.allocator.core.claim;

import org.jspecify.annotations.NullMarked;
