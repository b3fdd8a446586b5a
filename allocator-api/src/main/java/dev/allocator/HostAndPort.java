package dev.allocator;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * An address to connect to.
 *
 * @param host a name or an IP address, an IPv6 one without brackets
 * @param port 1 to 65535
 */
@API(status = Status.EXPERIMENTAL, since = "0.1")
public record HostAndPort(String host, int port) {

    /** @throws IllegalArgumentException if the host is empty or has white space, or the port is out of range */
    public HostAndPort {
        if (host.isEmpty() || host.chars().anyMatch(c -> Character.isWhitespace(c) || c == '[' || c == ']')) {
            throw new IllegalArgumentException("not a host: '" + host + "'");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("not a port: " + port + " (expected 1 to 65535)");
        }
    }

    /**
     * Reads {@code host:port}, {@code [ipv6]:port}, {@code host} or a bare IPv6 address.
     *
     * @param defaultPort the port where none is given
     * @throws IllegalArgumentException if that is no address
     */
    public static HostAndPort parse(String text, int defaultPort) {
        int bracket = text.lastIndexOf(']');
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[") && bracket > 0) {
            String host = text.substring(1, bracket);
            if (bracket == text.length() - 1) {
                return new HostAndPort(host, defaultPort);
            }
            if (colon == bracket + 1) {
                return new HostAndPort(host, port(text, colon));
            }
            throw new IllegalArgumentException("not an address: '" + text + "' (expected host:port)");
        }
        if (colon < 0 || text.indexOf(':') != colon) {
            return new HostAndPort(text, defaultPort);
        }
        return new HostAndPort(text.substring(0, colon), port(text, colon));
    }

    private static int port(String text, int colon) {
        try {
            return Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an address: '" + text + "' (expected host:port)", e);
        }
    }

    /** {@code host:port}, or {@code [host]:port} for an IPv6 address. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
