package dev.allocator;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A user of a machine and the password or the private key that proves it. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class Credentials {

    private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_.-]{0,31}");
    private static final int LONGEST_SHOWN = 60;

    private final String user;
    private final Optional<Secret> password;
    private final Optional<Secret> privateKey;

    private Credentials(String user, Optional<Secret> password, Optional<Secret> privateKey) {
        if (!USER.matcher(user).matches()) {
            throw new IllegalArgumentException("not a user name: '" + shown(user)
                    + "' (expected a lower-case letter or _, then up to 31 of a-z 0-9 _ . -)");
        }
        this.user = user;
        this.password = password;
        this.privateKey = privateKey;
    }

    /** On one line, and not longer than one. */
    private static String shown(String user) {
        String start = user.length() > LONGEST_SHOWN ? user.substring(0, LONGEST_SHOWN) + "…" : user;
        return start.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }

    /**
     * A user with a password.
     *
     * @param user a lower-case letter or {@code _}, then up to 31 letters, digits, {@code _ . -}
     * @param password 1 to 512 characters, none of them a control character; one that has to be set in a machine, at most
     *     511 bytes in UTF-8
     * @throws IllegalArgumentException if either is outside these bounds; the password is not shown
     */
    public static Credentials password(String user, Secret password) {
        String clear = password.reveal();
        if (clear.isEmpty() || clear.length() > 512 || clear.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the password of '" + user
                    + "' cannot be used: it must have 1 to 512 characters, none of them a control character");
        }
        return new Credentials(user, Optional.of(password), Optional.empty());
    }

    /**
     * A user with a private key.
     *
     * @param user as for {@link #password}
     * @param privateKey an unencrypted private key, as {@code ssh-keygen} writes it
     * @throws IllegalArgumentException if the user's name is outside the bounds or the key is empty
     */
    public static Credentials key(String user, Secret privateKey) {
        if (privateKey.reveal().isBlank()) {
            throw new IllegalArgumentException("the private key of '" + user + "' is empty");
        }
        return new Credentials(user, Optional.empty(), Optional.of(privateKey));
    }

    /** The user's name. */
    public String user() {
        return user;
    }

    /** The password, or empty if a key is used. */
    public Optional<Secret> password() {
        return password;
    }

    /** The private key, or empty if a password is used. */
    public Optional<Secret> privateKey() {
        return privateKey;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credentials that
                && user.equals(that.user)
                && password.equals(that.password)
                && privateKey.equals(that.privateKey);
    }

    @Override
    public int hashCode() {
        return Objects.hash(user, password, privateKey);
    }

    @Override
    public String toString() {
        return user + (password.isPresent() ? " with a password" : " with a key");
    }
}
