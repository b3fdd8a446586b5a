/**
 * For tests of programs that allocate machines: {@linkplain dev.allocator.testkit.InProcessProviderFactory machines}
 * that are nothing but an {@linkplain dev.allocator.testkit.InProcessSshServer SSH server} inside this JVM, ready in
 * milliseconds and faulty on demand.
 */
@NullMarked
package dev.allocator.testkit;

import org.jspecify.annotations.NullMarked;
