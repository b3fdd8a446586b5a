/**
 * Runs commands for machines: in time, with their output kept and secrets masked; and ends those of others.
 *
 * <p>In a machine's folder, all for its user's eyes only:
 *
 * <pre>
 * ended            the barrier: once it is there, no creating hook starts any more
 * secrets          what later hooks need again: the inherited environment, user, password
 * HOOK-N.in        what run N of a hook reads
 * HOOK-N.out       what it prints, unmasked, up to 16 MiB
 * HOOK-N.answer    its standard output, where that is apart
 * HOOK-N.pid       its process
 * lock             held by a hook that must succeed only once
 * </pre>
 */
@NullMarked
package dev.allocator.script.hook;

import org.jspecify.annotations.NullMarked;
