package dev.allocator.core.store;

import java.io.IOException;

/** Something that works on files. */
@FunctionalInterface
interface IoAction<T> {
    T run() throws IOException;
}
