/** Which plugins there are, which configuration files, and what profiles and providers they define. */
@NullMarked
package dev.allocator.core.profile;

import org.jspecify.annotations.NullMarked;
