package dev.allocator.spi;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Where a piece of configuration was written.
 *
 * @param source a file, or words such as {@code profile 'x' in code}
 * @param line from 1, or 0 where there are no lines
 * @param column from 1, or 0 where there are no lines
 */
@API(status = Status.MAINTAINED, since = "0.1")
public record Location(String source, int line, int column) {

    /** {@code file:line:column}, or just the source where there are no lines. */
    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line + ":" + column;
    }
}
