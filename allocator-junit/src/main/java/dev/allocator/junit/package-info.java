/** Machines for JUnit Jupiter tests. */
@NullMarked
package dev.allocator.junit;

import org.jspecify.annotations.NullMarked;
