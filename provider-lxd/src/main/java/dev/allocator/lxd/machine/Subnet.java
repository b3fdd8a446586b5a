package dev.allocator.lxd.machine;

import dev.allocator.spi.ProviderException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * 254 addresses of version 4, of which the first is the host's.
 *
 * @param network the first 24 bits
 */
record Subnet(int network) {

    static final int PREFIX = 24;

    /** Below it there is room for the host and for what people add by hand. */
    private static final int FIRST_MACHINE = 10;

    private static final Pattern CIDR = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.\\d{1,3}/(\\d{1,2})");

    /** One in 10.128.0.0/9, where few are: the upper half of what is set aside for private networks. */
    static Subnet of(long seed) {
        return new Subnet(10 << 16 | 128 << 8 | (int) (seed & 0x7fff));
    }

    /** The one that a bridge has, as LXD's key {@code ipv4.address} says it. */
    static Subnet read(String cidr, String bridge) throws ProviderException {
        Matcher matcher = CIDR.matcher(cidr);
        if (!matcher.matches() || !matcher.group(4).equals(Integer.toString(PREFIX))) {
            throw new ProviderException("LXD's network " + bridge + " was changed: its ipv4.address is '" + cidr
                    + "', which is no network of " + PREFIX + " bits: delete it when nobody uses it, it is made again");
        }
        return new Subnet(octet(matcher, 1) << 16 | octet(matcher, 2) << 8 | octet(matcher, 3));
    }

    private static int octet(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    /** Whether it shares addresses with another network; {@code cidr} may also say something else than addresses. */
    boolean overlaps(String cidr) {
        Matcher matcher = CIDR.matcher(cidr);
        if (!matcher.matches()) {
            return false;
        }
        int bits = Math.min(PREFIX, Integer.parseInt(matcher.group(4)));
        int theirs = octet(matcher, 1) << 16 | octet(matcher, 2) << 8 | octet(matcher, 3);
        return bits == 0 || (network ^ theirs) >>> (PREFIX - bits) == 0;
    }

    /** The host's address. */
    String host() {
        return address(1);
    }

    /** The address of the machine that has a seat, 0 to 199. */
    String machine(int slot) {
        return address(FIRST_MACHINE + slot);
    }

    /** Its hardware address: as its address, the same for whoever has the seat, so that nobody remembers a wrong one. */
    String hardware(int slot) {
        return String.format("00:16:3e:%02x:%02x:%02x", network >> 8 & 0xff, network & 0xff, FIRST_MACHINE + slot);
    }

    private String address(int last) {
        return (network >> 16) + "." + (network >> 8 & 0xff) + "." + (network & 0xff) + "." + last;
    }
}
