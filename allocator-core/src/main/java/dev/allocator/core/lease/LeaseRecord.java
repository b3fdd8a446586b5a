package dev.allocator.core.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.EndReason;
import dev.allocator.HostAndPort;
import dev.allocator.HostKey;
import dev.allocator.LeaseId;
import dev.allocator.LeaseInfo;
import dev.allocator.LeaseState;
import dev.allocator.MachineId;
import dev.allocator.Phase;
import dev.allocator.core.process.ProcessIdentity;
import dev.allocator.core.spread.SpreadProcess;
import dev.allocator.core.spread.SpreadRun;
import dev.allocator.spi.Machine;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the store says of a lease. Secrets are not in it: see {@link LeaseSecrets}. */
public final class LeaseRecord extends JsonRecord {

    static final String KIND = "lease";

    private LeaseRecord(ObjectNode json, long revision) {
        super(json, revision);
    }

    static LeaseRecord read(StoredRecord stored) {
        LeaseRecord lease = new LeaseRecord(parse(stored), stored.revision());
        try {
            LeaseInfo unused = lease.info(); // reads every field, so that later none is a surprise
            Optional<EndReason> unusedToo = lease.endReason();
        } catch (RuntimeException e) {
            throw damaged("record " + stored.key());
        }
        return lease;
    }

    static RecordKey key(LeaseId id) {
        return new RecordKey(KIND, id.value());
    }

    /** A lease whose machine is about to be made, attached to its owner. */
    public static LeaseRecord pending(
            LeaseId id,
            MachineId machine,
            String profile,
            String provider,
            Instant created,
            OwnerId owner,
            @Nullable String name,
            Map<String, String> labels) {
        ObjectNode tree = emptyTree();
        put(tree, "id", id);
        put(tree, "machine", machine);
        put(tree, "profile", profile);
        put(tree, "provider", provider);
        put(tree, "state", text(LeaseState.PENDING));
        put(tree, "created", created);
        owner.write(tree.putObject("owner"));
        put(tree, "name", name);
        putMap(tree, "labels", labels);
        return new LeaseRecord(tree, Transaction.ABSENT);
    }

    /** The lease. */
    public LeaseId id() {
        return new LeaseId(required("id"));
    }

    /** Its machine. */
    public MachineId machine() {
        return new MachineId(required("machine"));
    }

    /** Its profile's name. */
    public String profile() {
        return required("profile");
    }

    /** The provider instance that made its machine. */
    public String provider() {
        return required("provider");
    }

    /** Where it is in its life. */
    public LeaseState state() {
        return LeaseState.valueOf(required("state").toUpperCase(Locale.ROOT));
    }

    /** Whether its user can log in. */
    public boolean isReady() {
        return state() == LeaseState.READY;
    }

    /** When it was asked for. */
    public Instant created() {
        return Instant.parse(required("created"));
    }

    /** When it ends by itself. */
    public Optional<Instant> expires() {
        return instant("expires");
    }

    /** Who holds it; empty if it is detached. */
    public Optional<OwnerId> owner() {
        return json.get("owner") instanceof ObjectNode owner ? Optional.of(OwnerId.read(owner)) : Optional.empty();
    }

    /** Where its machine answers SSH. */
    public Optional<HostAndPort> address() {
        return string("address").map(address -> HostAndPort.parse(address, 22));
    }

    /** Who logs in. */
    public Optional<String> user() {
        return string("user");
    }

    /** The machine's host keys. */
    public List<HostKey> hostKeys() {
        List<HostKey> keys = new ArrayList<>();
        for (JsonNode key : json.path("hostKeys")) {
            keys.add(HostKey.parse(key.asText()));
        }
        return keys;
    }

    /** What the provider said of the machine. */
    public Map<String, String> attributes() {
        return map("attributes");
    }

    /** The machine's host name, if its request named one. */
    public Optional<String> name() {
        return string("name");
    }

    /** The machine's address in each network. */
    public Map<String, String> networks() {
        return map("networks");
    }

    /** Where the machine reaches its host. */
    public Optional<String> hostAddress() {
        return string("hostAddress");
    }

    /** How long each phase took. */
    public Map<String, String> phases() {
        return map("phases");
    }

    /** What went wrong at the last attempt to destroy the machine. */
    public Optional<String> problem() {
        return string("problem");
    }

    /** The run of spread it was allocated for, if it was. */
    public Optional<SpreadRun> spread() {
        return json.get("spread") instanceof ObjectNode spread ? Optional.of(SpreadRun.read(spread)) : Optional.empty();
    }

    /** A copy that belongs to a run of spread. */
    public LeaseRecord with(SpreadRun run) {
        return with(tree -> run.write(tree.withObject("/spread")));
    }

    /**
     * When it is over by itself: while a spread is known to use it, never; after that one's grace period, or when its
     * time runs out.
     */
    Optional<Instant> due() {
        Optional<SpreadRun> watched =
                spread().filter(run -> owner().isEmpty() && run.process().isPresent());
        if (watched.isEmpty()) {
            return expires();
        }
        SpreadRun run = watched.get();
        Optional<Instant> grace = run.ended().map(ended -> ended.plus(run.grace()));
        return run.kept() && grace.isPresent()
                ? expires().map(end -> end.isAfter(grace.get()) ? end : grace.get())
                : grace;
    }

    /** A copy that is ready. */
    public LeaseRecord ready(
            Instant now,
            @Nullable Duration ttl,
            Machine machine,
            @Nullable String user,
            List<HostKey> hostKeys,
            Map<Phase, Duration> phases) {
        return with(tree -> {
            put(tree, "ready", now);
            put(tree, "expires", ttl == null ? null : now.plus(ttl));
            writeReady(tree, machine, user, hostKeys);
            writePhases(tree, phases);
        });
    }

    private static void writeReady(ObjectNode tree, Machine machine, @Nullable String user, List<HostKey> hostKeys) {
        put(tree, "state", text(LeaseState.READY));
        put(tree, "address", machine.address().orElse(null));
        put(tree, "user", user);
        ArrayNode keys = tree.putArray("hostKeys");
        hostKeys.forEach(key -> keys.add(key.toString()));
        putMap(tree, "attributes", machine.attributes());
        put(tree, "hostAddress", machine.hostAddress().orElse(null));
        Map<String, String> networks = new LinkedHashMap<>();
        machine.networks().forEach(card -> networks.put(card.network(), card.address()));
        putMap(tree, "networks", networks);
    }

    /** A copy of a lease that is kept until then for somebody to look at its machine, although its allocation failed. */
    public LeaseRecord kept(
            Instant expires,
            String why,
            Machine machine,
            @Nullable String user,
            List<HostKey> hostKeys,
            Map<Phase, Duration> phases) {
        LeaseRecord kept = with(tree -> {
            put(tree, "kept", why);
            put(tree, "expires", expires);
            writeReady(tree, machine, user, hostKeys);
            writePhases(tree, phases);
        });
        return kept.detached().unwatched().withLoginUntried();
    }

    /** Why its allocation failed whose machine was kept; empty of any other lease. */
    public Optional<String> kept() {
        return string("kept");
    }

    /** A copy that is kept when it is closed. */
    public LeaseRecord outlivingItsEnd() {
        return with(tree -> tree.put("keep", "always"));
    }

    /** A copy of one whose machine was handed out before its user had logged in. */
    public LeaseRecord withLoginUntried() {
        return with(tree -> tree.put("login", "untried"));
    }

    /** Whether its user had not logged in when its machine was handed out. */
    boolean isLoginUntried() {
        return string("login").isPresent();
    }

    /** Whether it is kept when it is closed. */
    public boolean outlivesItsEnd() {
        return string("keep").isPresent();
    }

    /** A copy with the time that each phase took. */
    public LeaseRecord withPhases(Map<Phase, Duration> phases) {
        return with(tree -> writePhases(tree, phases));
    }

    private static void writePhases(ObjectNode tree, Map<Phase, Duration> phases) {
        ObjectNode child = tree.putObject("phases");
        phases.forEach((phase, duration) -> child.put(phase.toString(), duration.toMillis() + "ms"));
    }

    /** A copy that ends at that time. */
    public LeaseRecord expiring(Instant expires) {
        return with(tree -> put(tree, "expires", expires));
    }

    /** A copy that ends at that time, also if that is after the end of the grace period of its spread. */
    public LeaseRecord renewed(Instant expires) {
        LeaseRecord renewed = expiring(expires);
        return spread().filter(run -> run.ended().isPresent()).isPresent() ? renewed.unwatched() : renewed;
    }

    /** A copy that lasts as long as its time, whatever becomes of its spread. */
    LeaseRecord unwatched() {
        return spread().map(run -> with(run.unwatched())).orElse(this);
    }

    /** A copy that no process holds. */
    public LeaseRecord detached() {
        return with(tree -> tree.remove("owner"));
    }

    /** A copy that says why it ended, unless it says so already: who tries again knows no better. */
    public LeaseRecord endedFor(EndReason reason, @Nullable String message) {
        return json.has("endReason")
                ? this
                : with(tree -> {
                    put(tree, "endReason", reason.name().toLowerCase(Locale.ROOT));
                    put(tree, "endMessage", message);
                });
    }

    /** Why it ended, once it has begun to. */
    public Optional<EndReason> endReason() {
        return string("endReason").map(reason -> EndReason.valueOf(reason.toUpperCase(Locale.ROOT)));
    }

    /** What went wrong before it ended, for the history. */
    public Optional<String> endMessage() {
        return string("endMessage");
    }

    /** A copy that is over; if its machine is not gone by then, somebody else tries to destroy it. */
    public LeaseRecord ending(Instant nextTry) {
        return with(tree -> {
            put(tree, "state", text(LeaseState.ENDING));
            put(tree, "nextTry", nextTry);
        });
    }

    /** A copy that says why its machine is still there, after one more attempt to destroy it. */
    public LeaseRecord withProblem(String problem) {
        return with(tree -> {
            put(tree, "problem", problem);
            tree.put("attempts", attempts() + 1);
        });
    }

    /** How often destroying its machine has failed. */
    public int attempts() {
        return json.path("attempts").asInt(0);
    }

    /** When somebody has to end it, or try again; empty unless it is over. */
    public Optional<Instant> nextTry() {
        return instant("nextTry");
    }

    /** When somebody has to look at it although its owner, if it has one, may be no more. */
    public Optional<Wakeup> wakeup() {
        if (state() == LeaseState.ENDING) {
            return nextTry().map(at -> Wakeup.at(id(), at));
        }
        if (owner().isPresent()) {
            return Optional.empty();
        }
        return spread().filter(run -> run.ended().isEmpty())
                .flatMap(SpreadRun::process)
                .map(SpreadProcess::identity)
                .map(process -> new Wakeup(id(), past(process), Optional.of(process)))
                .or(() -> due().map(at -> Wakeup.at(id(), at)));
    }

    /** A time that has passed, and differs for the next process that uses the machine: so do their wake-ups. */
    private static Instant past(ProcessIdentity process) {
        return Instant.ofEpochSecond(process.startTime() % (1 << 30));
    }

    @Override
    public RecordKey key() {
        return key(id());
    }

    /** What callers see of it. */
    public LeaseInfo info() {
        LeaseInfo.Builder info = LeaseInfo.builder(id(), profile(), provider(), state(), created())
                .machine(machine())
                .attached(owner().isPresent())
                .labels(map("labels"))
                .networks(networks());
        name().ifPresent(info::name);
        address().ifPresent(info::address);
        user().ifPresent(info::user);
        instant("ready").ifPresent(info::ready);
        due().ifPresent(info::expires);
        owner().map(OwnerId::toString).ifPresent(info::owner);
        kept().ifPresent(why -> info.problem("its allocation failed, and its machine is kept: " + why));
        problem().ifPresent(problem -> {
            info.problem(problem);
            nextTry().ifPresent(info::nextTry);
        });
        return info.build();
    }

    private LeaseRecord with(Consumer<ObjectNode> change) {
        ObjectNode copy = json.deepCopy();
        change.accept(copy);
        return new LeaseRecord(copy, revision());
    }

    private static String text(LeaseState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
