/** Our own contract: {@code create}, {@code destroy}, {@code list} and {@code check} commands that speak JSON. */
@NullMarked
package dev.allocator.script.commands;

import org.jspecify.annotations.NullMarked;
