/**
 * Machines for JUnit Jupiter tests: {@link dev.allocator.junit.Machine @Machine} on a parameter or a field asks for one, and
 * {@link dev.allocator.junit.Machines @Machines} on the class says where machines come from and what happens if a test fails.
 *
 * <p>Works under JUnit 5.14 and later, 6 included; the version is the one on the test's class path.
 */
@NullMarked
package dev.allocator.junit;

import org.jspecify.annotations.NullMarked;
