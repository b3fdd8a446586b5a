package dev.allocator;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A folder of the host that the machine sees.
 *
 * @param host the folder here; made absolute, from the working directory of this program
 * @param guest where it is in the machine, an absolute path
 * @param readOnly whether the machine cannot change anything in it
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record Share(Path host, String guest, boolean readOnly) {

    private static final Pattern GUEST = Pattern.compile("(/(?!\\.{1,2}(/|$))[^\\p{Cntrl}/]+)+");

    /**
     * Checks the path in the machine.
     *
     * @throws IllegalArgumentException if it is not absolute, is the root, ends with a slash, or has control characters
     *     or parts that are empty, {@code .} or {@code ..}
     */
    public Share {
        host = host.toAbsolutePath().normalize();
        if (!GUEST.matcher(guest).matches()) {
            throw new IllegalArgumentException(
                    "guest must be an absolute path other than / in the machine, not '" + guest + "'");
        }
    }
}
