package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** There is no profile of that name; the message suggests similar ones and says where was looked. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class UnknownProfileException extends AllocatorException {

    private static final long serialVersionUID = 1L;

    private final String profile;

    /** With the name that is unknown and a message. */
    public UnknownProfileException(String profile, String message) {
        super(message);
        this.profile = profile;
    }

    /** The name that is unknown. */
    public String profile() {
        return profile;
    }
}
