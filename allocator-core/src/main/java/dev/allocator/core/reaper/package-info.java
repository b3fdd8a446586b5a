/**
 * Ends leases when the process that should is no more: a guardian for each owner, a timekeeper for each state
 * directory, and the reaper, a JVM that both of them start.
 */
@NullMarked
package dev.allocator.core.reaper;

import org.jspecify.annotations.NullMarked;
