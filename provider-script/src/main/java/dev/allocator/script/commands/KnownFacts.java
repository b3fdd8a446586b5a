package dev.allocator.script.commands;

import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.MachineRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about a machine besides its id, for whoever destroys or checks it. All but the data is kept in its ref.
 *
 * @param endpoint where its SSH server answers
 * @param attributes facts that its maker told
 * @param data what its maker said to its user
 */
record KnownFacts(Optional<HostAndPort> endpoint, Map<String, String> attributes, Optional<byte[]> data) {

    static final KnownFacts NONE = new KnownFacts(Optional.empty(), Map.of(), Optional.empty());

    private static final String ENDPOINT = "endpoint";
    private static final String REALM = "realm";
    private static final String ATTRIBUTE = "attribute:";

    /** What a command answered when it made the machine. */
    static KnownFacts of(CreateAnswer answer) {
        return new KnownFacts(answer.endpoint(), answer.attributes(), answer.data());
    }

    /** What a ref says. */
    static KnownFacts of(MachineRef ref) {
        Map<String, String> attributes = new LinkedHashMap<>();
        ref.data().forEach((key, value) -> {
            if (key.startsWith(ATTRIBUTE)) {
                attributes.put(key.substring(ATTRIBUTE.length()), value);
            }
        });
        return new KnownFacts(
                Optional.ofNullable(ref.data().get(ENDPOINT)).map(text -> HostAndPort.parse(text, 1)),
                attributes,
                Optional.empty());
    }

    /** The realm that a ref of a machine that was found names; empty if it is our own. */
    static Optional<RealmId> realm(MachineRef ref) {
        return Optional.ofNullable(ref.data().get(REALM)).map(RealmId::new);
    }

    /** All of this, and what else another one says. */
    KnownFacts and(KnownFacts other) {
        return new KnownFacts(
                endpoint.or(other::endpoint),
                attributes.isEmpty() ? other.attributes : attributes,
                data.or(other::data));
    }

    /**
     * A ref with all of it.
     *
     * @param realm the realm, if the machine was found and may be another one's
     */
    MachineRef ref(String instance, MachineId machine, Optional<RealmId> realm) {
        Map<String, String> data = new LinkedHashMap<>();
        realm.ifPresent(of -> data.put(REALM, of.value()));
        endpoint.ifPresent(address -> data.put(ENDPOINT, address.toString()));
        attributes.forEach((key, value) -> data.put(ATTRIBUTE + key, value));
        return new MachineRef(instance, machine, data);
    }
}
