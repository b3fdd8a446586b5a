package dev.allocator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.allocator.HostAndPort;
import dev.allocator.spi.Capability;
import dev.allocator.spi.Claim;
import dev.allocator.spi.Machine;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.NetworkCard;
import dev.allocator.spi.ProviderException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What networks and forwarded ports promise. */
abstract class NetworkPromises extends ExecPromises {

    private static final int LAST_SEAT = 199;
    private static final int GUEST_PORT = 22;

    /** {@code Machine.networks}: machines of a network have cards of their own in one subnet; others have none. */
    @Test
    protected void cardsOfANetworkAreApart() throws Exception {
        requireCapability(Capability.NETWORK);
        String network = "net-" + bench.context().realm().value().substring(0, 8);
        ProviderBench joined =
                open(describe(profile().toBuilder().network(network).build(), settings())
                        .realm(bench.context().realm()));
        MachinePlan firstPlan = plan(joined);
        MachinePlan lastPlan = plan(joined);
        NetworkCard first = card(join(joined, firstPlan, network, 0), network);
        NetworkCard last = card(join(joined, lastPlan, network, LAST_SEAT), network);
        assertThat(last.address())
                .as(SpiSentence.CARD_ADDRESS.broken("two seats have the same address"))
                .isNotEqualTo(first.address());
        assertThat(last.mac())
                .as(SpiSentence.CARD.broken("two seats have the same hardware address"))
                .isNotEqualTo(first.mac());
        assertThat(subnet(last))
                .as(SpiSentence.CARD_PREFIX.broken(last + " is not in the subnet of " + first))
                .isEqualTo(subnet(first));
        assertThat(card(join(joined, firstPlan, network, 0), network))
                .as(SpiSentence.CREATE_IDEMPOTENT.broken("creating again gave another card"))
                .isEqualTo(first);
        MachinePlan apart = plan();
        assertThat(create(apart).networks())
                .as(SpiSentence.CARD.broken("a machine whose spec names no network has a card"))
                .isEmpty();
        for (MachinePlan plan : List.of(firstPlan, lastPlan, apart)) {
            destroyCompletely(joined, plan.ref());
        }
    }

    private Machine join(ProviderBench on, MachinePlan plan, String network, int seat) throws Exception {
        try {
            return on.provider().create(plan, new ForwardingCreateContext(creation(plan)) {
                @Override
                public Optional<Claim> network() {
                    return Optional.of(new Claim(network, seat));
                }
            });
        } catch (ProviderException e) {
            throw new AssertionError(
                    SpiSentence.NETWORK.broken("a machine could not join a network: " + e.getMessage()), e);
        }
    }

    private static NetworkCard card(Machine machine, String network) throws UnknownHostException {
        assertThat(machine.networks())
                .as(SpiSentence.CARD.broken("the cards of a machine in network '" + network + "'"))
                .hasSize(1);
        NetworkCard card = machine.networks().get(0);
        assertThat(card.network()).as(SpiSentence.CARD.broken("its network")).isEqualTo(network);
        assertThat(card.mac())
                .as(SpiSentence.CARD_MAC.broken("its hardware address"))
                .matches("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
        assertThat(card.address())
                .as(SpiSentence.CARD_ADDRESS.broken("its address"))
                .matches("\\d{1,3}(\\.\\d{1,3}){3}");
        assertThat(card.prefix())
                .as(SpiSentence.CARD_PREFIX.broken("its prefix"))
                .isBetween(8, 30);
        int host = number(card) & ~mask(card);
        assertThat(host)
                .as(SpiSentence.CARD_ADDRESS.broken(card.address() + " is the address of the subnet, or of all in it"))
                .isNotZero()
                .isNotEqualTo(~mask(card));
        return card;
    }

    private static int subnet(NetworkCard card) throws UnknownHostException {
        return number(card) & mask(card);
    }

    private static int mask(NetworkCard card) {
        return -1 << (32 - card.prefix());
    }

    private static int number(NetworkCard card) throws UnknownHostException {
        return ByteBuffer.wrap(InetAddress.getByName(card.address()).getAddress())
                .getInt();
    }

    /** {@code Provider.forward}: each call takes a port of its own, which is open until it is not forwarded any more. */
    @Test
    protected void aForwardedPortIsOpenUntilItIsNot() throws Exception {
        requireCapability(Capability.FORWARD);
        Machine machine = create(plan());
        HostAndPort one = forward(bench, machine);
        HostAndPort other = forward(another(), machine);
        assertThat(other)
                .as(SpiSentence.FORWARD_EACH.broken("two calls gave the same address"))
                .isNotEqualTo(one);
        for (HostAndPort address : List.of(one, other)) {
            assertThat(InetAddress.getByName(address.host()).isLoopbackAddress())
                    .as(SpiSentence.FORWARD.broken(address + " is not this host's alone"))
                    .isTrue();
            assertThat(accepts(address))
                    .as(SpiSentence.FORWARD.broken("nobody can connect to " + address))
                    .isTrue();
        }
        another().provider().unforward(machine.ref(), one);
        Eventually.within(
                soon(),
                () -> assertThat(accepts(one))
                        .as(SpiSentence.UNFORWARD.broken(one + " is still open"))
                        .isFalse());
        assertThat(accepts(other))
                .as(SpiSentence.UNFORWARD.broken("another port than the one that was named was closed"))
                .isTrue();
        unforward(machine, one, "a port that is not forwarded any more");
        destroyCompletely(bench, machine.ref());
        assertThat(accepts(other))
                .as(SpiSentence.FORWARD_UNTIL.broken(other + " is open after the machine's end"))
                .isFalse();
    }

    /** {@code Provider.unforward}: of a machine that is gone is success; {@code forward} then is a clear error. */
    @Test
    protected void nothingIsForwardedToAMachineThatIsGone() throws Exception {
        requireCapability(Capability.FORWARD);
        Machine machine = create(plan());
        HostAndPort address = forward(bench, machine);
        destroyCompletely(bench, machine.ref());
        unforward(machine, address, "a port of a machine that is gone");
        assertClear(catchThrowable(() -> bench.provider().forward(machine.ref(), GUEST_PORT)));
    }

    private static HostAndPort forward(ProviderBench by, Machine machine) throws InterruptedException {
        try {
            return by.provider().forward(machine.ref(), GUEST_PORT);
        } catch (ProviderException e) {
            throw new AssertionError(
                    SpiSentence.FORWARD.broken("forward failed, and nobody disturbed it: " + e.getMessage()), e);
        }
    }

    private void unforward(Machine machine, HostAndPort address, String what) throws InterruptedException {
        try {
            bench.provider().unforward(machine.ref(), address);
        } catch (ProviderException e) {
            throw new AssertionError(
                    SpiSentence.UNFORWARD_AGAIN.broken(what + " cannot be closed: " + e.getMessage()), e);
        }
    }

    private static boolean accepts(HostAndPort address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), 5_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
