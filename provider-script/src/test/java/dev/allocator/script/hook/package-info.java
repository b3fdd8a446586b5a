@NullMarked
package dev.allocator.script.hook;

import org.jspecify.annotations.NullMarked;
