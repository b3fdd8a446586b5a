/** Spread's adhoc contract: {@code allocate} and {@code discard} scripts. */
@NullMarked
package dev.allocator.script.adhoc;

import org.jspecify.annotations.NullMarked;
