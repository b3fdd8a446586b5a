package dev.allocator.script.commands;

import dev.allocator.HostAndPort;
import java.util.regex.Pattern;

/** Addresses that commands print: {@code host}, {@code host:port}, {@code [IPv6]:port}. */
final class Address {

    private static final int SSH = 22;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?");
    private static final Pattern IPV6 =
            Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9._-]+)?");
    private static final Pattern WITH_PORT = Pattern.compile("(\\[[^\\]]+]|[^:\\[\\]]+):[0-9]+");

    private Address() {}

    /**
     * Reads one; without a port it is that of SSH.
     *
     * @throws BadAnswer if it is none
     */
    static HostAndPort parse(String text) throws BadAnswer {
        try {
            HostAndPort address = HostAndPort.parse(text, SSH);
            String host = address.host();
            if (HOST.matcher(host).matches() || IPV6.matcher(host).matches()) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new BadAnswer(notAnAddress(text), e);
        }
        throw new BadAnswer(notAnAddress(text));
    }

    private static String notAnAddress(String text) {
        return Words.quote(text) + " is no address (expected host, host:port or [IPv6]:port)";
    }

    /** Whether it is one that says its port, which no other text does by accident. */
    static boolean hasPort(String text) {
        try {
            return WITH_PORT.matcher(text).matches() && !parse(text).host().isEmpty();
        } catch (BadAnswer e) {
            return false;
        }
    }
}
