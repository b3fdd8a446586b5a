/** Images that are named, not brought: what there is, downloading and keeping it. */
@NullMarked
package dev.allocator.qemu.image;

import org.jspecify.annotations.NullMarked;
