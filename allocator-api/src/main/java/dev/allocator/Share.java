package dev.allocator;

import java.nio.file.Path;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A folder of the host that the machine sees.
 *
 * @param host the folder here
 * @param guest where it is in the machine, an absolute path
 * @param readOnly whether the machine cannot change anything in it
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record Share(Path host, String guest, boolean readOnly) {

    /**
     * Checks the path in the machine.
     *
     * @throws IllegalArgumentException if it is not absolute, is the root, or has control characters
     */
    public Share {
        if (!guest.matches("/[^\\p{Cntrl}]*[^\\p{Cntrl}/.][^\\p{Cntrl}]*")) {
            throw new IllegalArgumentException(
                    "guest must be an absolute path other than / in the machine, not '" + guest + "'");
        }
    }
}
