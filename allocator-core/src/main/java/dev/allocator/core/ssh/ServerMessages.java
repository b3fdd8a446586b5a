package dev.allocator.core.ssh;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import dev.allocator.Secret;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps what the server tells the user during the log-in, and answers its one question: the password, once. */
final class ServerMessages implements UserInfo, UIKeyboardInteractive {

    private static final int LONGEST = 300;

    private final Optional<Secret> password;
    private final StringBuilder text = new StringBuilder();
    private boolean answered;

    ServerMessages(Optional<Secret> password) {
        this.password = password;
    }

    /** In one printable line, at most 300 characters. */
    synchronized String text() {
        String line = text.toString().replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    @Override
    public synchronized void showMessage(String message) {
        if (text.length() < 10 * LONGEST) {
            text.append(message).append('\n');
        }
    }

    @Override
    public synchronized String @Nullable [] promptKeyboardInteractive(
            String destination, String name, String instruction, String[] prompt, boolean[] echo) {
        showMessage(instruction);
        if (prompt.length == 0) {
            return new String[0];
        }
        if (prompt.length > 1 || echo[0] || answered || password.isEmpty()) {
            return null;
        }
        answered = true;
        return new String[] {password.get().reveal()};
    }

    @Override
    public @Nullable String getPassphrase() {
        return null;
    }

    @Override
    public @Nullable String getPassword() {
        return null;
    }

    @Override
    public boolean promptPassword(String message) {
        return false;
    }

    @Override
    public boolean promptPassphrase(String message) {
        return false;
    }

    @Override
    public boolean promptYesNo(String message) {
        return false;
    }
}
