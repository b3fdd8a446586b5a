/** Which image LXD makes an instance of. */
@NullMarked
package dev.allocator.lxd.image;

import org.jspecify.annotations.NullMarked;
