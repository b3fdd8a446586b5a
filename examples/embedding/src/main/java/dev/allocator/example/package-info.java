/** A program that uses the library. */
@NullMarked
package dev.allocator.example;

import org.jspecify.annotations.NullMarked;
