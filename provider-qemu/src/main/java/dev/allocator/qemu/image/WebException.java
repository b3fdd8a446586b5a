package dev.allocator.qemu.image;

import java.io.IOException;

/** What a server answered that is no use, as a sentence that names the address. */
final class WebException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean lasting;

    /** @param lasting whether the same again would be answered so again */
    WebException(String message, boolean lasting, Throwable cause) {
        super(message, cause);
        this.lasting = lasting;
    }

    WebException(String message, boolean lasting) {
        super(message);
        this.lasting = lasting;
    }

    boolean isLasting() {
        return lasting;
    }
}
