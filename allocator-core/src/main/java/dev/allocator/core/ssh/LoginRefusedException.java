package dev.allocator.core.ssh;

/** The SSH server answered and did not accept the credentials. */
public final class LoginRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String said;

    LoginRefusedException(String message, String said) {
        super(message);
        this.said = said;
    }

    /** What the server told the user before it refused, such as {@code System is booting up}; may be empty. */
    public String said() {
        return said;
    }

    /** Whether the server refuses only until the machine has started, as pam_nologin(8) does. */
    public boolean stillBooting() {
        return said.contains("booting up") || said.contains("not permitted to log in yet");
    }
}
