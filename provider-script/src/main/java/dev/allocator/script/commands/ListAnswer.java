package dev.allocator.script.commands;

import dev.allocator.HostAndPort;
import dev.allocator.MachineId;
import dev.allocator.RealmId;
import dev.allocator.spi.FoundMachine;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a {@code list} command says. */
final class ListAnswer {

    private static final List<String> KEYS =
            List.of("machine", "realm", "owner", "expires", "description", "endpoint", "attributes");

    private final String instance;
    private final Map<MachineId, FoundMachine> found = new LinkedHashMap<>();

    private ListAnswer(String instance) {
        this.instance = instance;
    }

    /**
     * Reads a list of objects, or lines of a machine, its realm and a description. A machine of several lines, say
     * because its parts are listed, counts once.
     *
     * @param instance the provider instance that the machines belong to
     * @throws BadAnswer if anything in it is wrong: who overlooks a machine would leave it there
     */
    static Collection<FoundMachine> read(byte[] printed, String instance) throws BadAnswer {
        String text = Words.text(printed).strip();
        ListAnswer answer = new ListAnswer(instance);
        if (text.startsWith("[")) {
            for (JsonObject entry : JsonObject.readList(text, KEYS)) {
                answer.add(entry);
            }
        } else {
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                answer.add("line " + (i + 1), lines.get(i));
            }
        }
        return List.copyOf(answer.found.values());
    }

    private void add(String where, String line) throws BadAnswer {
        if (line.isBlank()) {
            return;
        }
        List<String> words = List.of(line.strip().split("\\s+", 3));
        if (words.size() < 2) {
            throw new BadAnswer(
                    where + ": " + Words.quote(line) + " is not 'MACHINE REALM', which a description may follow");
        }
        add(
                where,
                KnownFacts.NONE,
                words.get(0),
                words.get(1),
                Optional.empty(),
                Optional.empty(),
                words.stream().skip(2).findFirst());
    }

    private void add(JsonObject entry) throws BadAnswer {
        Optional<String> endpoint = entry.text("endpoint");
        Optional<HostAndPort> address =
                endpoint.isPresent() ? Optional.of(Address.parse(endpoint.get())) : Optional.empty();
        add(
                entry.where(),
                new KnownFacts(address, entry.texts("attributes"), Optional.empty()),
                entry.required("machine"),
                entry.required("realm"),
                entry.text("owner"),
                expires(entry),
                entry.text("description"));
    }

    private void add(
            String where,
            KnownFacts facts,
            String machine,
            String realm,
            Optional<String> owner,
            Optional<Instant> expires,
            Optional<String> description)
            throws BadAnswer {
        try {
            MachineId id = new MachineId(machine);
            RealmId of = new RealmId(realm);
            FoundMachine first = found.putIfAbsent(
                    id,
                    new FoundMachine(
                            facts.ref(instance, id, Optional.of(of)),
                            of,
                            owner.filter(text -> !text.isBlank()),
                            expires,
                            description
                                    .map(Words::line)
                                    .filter(text -> !text.isBlank())
                                    .orElse("machine listed by provider '" + instance + "'")));
            if (first != null && !first.realm().equals(of)) {
                throw new BadAnswer(where + ": machine " + id + " is listed with two realms");
            }
        } catch (IllegalArgumentException e) {
            throw new BadAnswer(where + ": " + Words.line(String.valueOf(e.getMessage())), e);
        }
    }

    private static Optional<Instant> expires(JsonObject entry) throws BadAnswer {
        Optional<String> text = entry.text("expires").filter(written -> !written.isBlank());
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text.get(), Instant::from));
        } catch (DateTimeException e) {
            throw new BadAnswer(
                    entry.where() + ": 'expires' is " + Words.quote(text.get())
                            + ", not a time such as 2030-01-31T12:00:00Z",
                    e);
        }
    }
}
