/** The command line: a thin user of the library. */
@NullMarked
package dev.allocator.cli;

import org.jspecify.annotations.NullMarked;
