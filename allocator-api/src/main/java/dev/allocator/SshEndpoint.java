package dev.allocator;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** How to log in to a machine with any SSH client. */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public final class SshEndpoint {

    private final HostAndPort address;
    private final Credentials credentials;
    private final List<HostKey> hostKeys;

    private SshEndpoint(Builder builder) {
        this.address = builder.address;
        this.credentials = builder.credentials;
        this.hostKeys = List.copyOf(builder.hostKeys);
    }

    /** Starts one with what each has. */
    public static Builder builder(HostAndPort address, Credentials credentials) {
        return new Builder(address, credentials);
    }

    /** Where the SSH server listens. */
    public HostAndPort address() {
        return address;
    }

    /** Who logs in, and with what. */
    public Credentials credentials() {
        return credentials;
    }

    /** The keys that prove the machine; empty if none was seen. */
    public List<HostKey> hostKeys() {
        return hostKeys;
    }

    /** The server's host name or IP address. */
    public String host() {
        return address.host();
    }

    /** The server's port. */
    public int port() {
        return address.port();
    }

    /** The user's name. */
    public String user() {
        return credentials.user();
    }

    /** The user's password, or empty if a key is used. */
    public Optional<Secret> password() {
        return credentials.password();
    }

    /** The user's private key, or empty if a password is used. */
    public Optional<Secret> privateKey() {
        return credentials.privateKey();
    }

    /** The host keys as lines of an OpenSSH {@code known_hosts} file. */
    public List<String> knownHosts() {
        String host = port() == 22 ? host() : "[" + host() + "]:" + port();
        return hostKeys.stream().map(key -> host + " " + key).toList();
    }

    /** {@code user@host:port}. */
    @Override
    public String toString() {
        return user() + "@" + address;
    }

    /** Puts one together; not safe for several threads. */
    public static final class Builder {
        private final HostAndPort address;
        private final Credentials credentials;
        private List<HostKey> hostKeys = List.of();

        private Builder(HostAndPort address, Credentials credentials) {
            this.address = address;
            this.credentials = credentials;
        }

        /** Sets {@link SshEndpoint#hostKeys()}. */
        public Builder hostKeys(List<HostKey> hostKeys) {
            this.hostKeys = hostKeys;
            return this;
        }

        /** The finished value. */
        public SshEndpoint build() {
            return new SshEndpoint(this);
        }
    }
}
