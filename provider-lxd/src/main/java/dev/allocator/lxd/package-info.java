/** LXD containers and virtual machines over the REST API of a local LXD. */
@NullMarked
package dev.allocator.lxd;

import org.jspecify.annotations.NullMarked;
