/**
 * The spread test runner, as far as it decides how long machines are needed: which run of it asks for one, and what its
 * files in the project's folder say later. Facts are read from spread's sources (spread/reuse.go, spread/runner.go).
 */
@NullMarked
package dev.allocator.core.spread;

import org.jspecify.annotations.NullMarked;
