package dev.allocator.testkit;

import dev.allocator.Credentials;
import dev.allocator.HostKey;
import dev.allocator.Secret;
import dev.allocator.core.ssh.SshKeys;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who may log in to an {@link InProcessSshServer}. Safe for use by many threads; changes count at once. */
public final class Accounts {

    private final Map<String, Secret> passwords = new ConcurrentHashMap<>();
    private final Map<String, Set<HostKey>> keys = new ConcurrentHashMap<>();

    /** Nobody. */
    public Accounts() {}

    /** Lets a user in who has these credentials. */
    public void add(Credentials credentials) {
        credentials.password().ifPresent(password -> setPassword(credentials.user(), password));
        credentials.privateKey().ifPresent(key -> addKey(credentials.user(), SshKeys.publicKey(key)));
    }

    /** Sets or replaces a user's password. */
    public void setPassword(String user, Secret password) {
        passwords.put(user, password);
    }

    /** Lets a user in who has the private half of that key. */
    public void addKey(String user, HostKey publicKey) {
        keys.computeIfAbsent(user, name -> ConcurrentHashMap.newKeySet()).add(publicKey);
    }

    /** Whether that is the user's password. */
    public boolean accepts(String user, Secret password) {
        Secret expected = passwords.get(user);
        return expected != null && expected.equals(password);
    }

    /** Whether the user may come in with that key. */
    public boolean accepts(String user, HostKey publicKey) {
        return keys.getOrDefault(user, Set.of()).contains(publicKey);
    }

    /** Whether there is such a user. */
    public boolean contains(String user) {
        return passwords.containsKey(user) || keys.containsKey(user);
    }
}
