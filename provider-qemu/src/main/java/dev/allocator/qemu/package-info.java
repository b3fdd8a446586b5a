/** QEMU virtual machines, driven over QMP. */
@NullMarked
package dev.allocator.qemu;

import org.jspecify.annotations.NullMarked;
