@NullMarked
package dev.allocator.script.adhoc;

import org.jspecify.annotations.NullMarked;
