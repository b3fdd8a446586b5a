/** LXD's REST API over its Unix socket. */
@NullMarked
package dev.allocator.lxd.rest;

import org.jspecify.annotations.NullMarked;
