package dev.allocator.core.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.core.claim.Holding;
import dev.allocator.core.claim.Room;
import dev.allocator.core.machine.SettingsJson;
import dev.allocator.core.profile.ProviderInstance;
import dev.allocator.spi.Location;
import dev.allocator.spi.MachinePlan;
import dev.allocator.spi.MachineRef;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the store says of a machine: enough to destroy it in any process, without its configuration. */
public final class MachineRecord extends JsonRecord {

    static final String KIND = "machine";

    private MachineRecord(ObjectNode json, long revision) {
        super(json, revision);
    }

    static MachineRecord read(StoredRecord stored) {
        MachineRecord machine = new MachineRecord(parse(stored), stored.revision());
        try {
            MachineRef unused = machine.ref();
            ProviderInstance unusedToo = machine.instance();
            List<Holding> unusedAsWell = machine.holdings();
        } catch (RuntimeException e) {
            throw damaged("record " + stored.key());
        }
        return machine;
    }

    static RecordKey key(MachineId id) {
        return new RecordKey(KIND, id.value());
    }

    /** A machine that is about to be made. */
    public static MachineRecord planned(
            MachinePlan plan, LeaseId lease, ProviderInstance instance, Room room, Instant created) {
        ObjectNode tree = emptyTree();
        put(tree, "id", plan.ref().machine());
        put(tree, "lease", lease);
        put(tree, "created", created);
        ObjectNode provider = tree.putObject("provider");
        put(provider, "name", instance.name());
        put(provider, "type", instance.type());
        put(provider, "source", instance.location().source());
        provider.set("settings", SettingsJson.write(instance.node()));
        putMap(tree, "ref", plan.ref().data());
        ObjectNode claims = tree.putObject("claims");
        plan.claims().forEach(claims::put);
        Holding.write(room.holdings(), tree);
        return new MachineRecord(tree, Transaction.ABSENT);
    }

    /** The machine. */
    public MachineId id() {
        return new MachineId(required("id"));
    }

    /** The lease it was made for. */
    public Optional<LeaseId> lease() {
        return string("lease").map(LeaseId::new);
    }

    /** The provider instance that made it, as it was configured then, with its secrets. */
    public ProviderInstance instance(Store store) {
        ProviderInstance plain = instance();
        return MachineSecrets.load(store, id(), plain.location())
                .map(settings -> new ProviderInstance(plain.name(), plain.type(), settings, plain.location()))
                .orElse(plain);
    }

    /** The same without its secrets. */
    public ProviderInstance instance() {
        ObjectNode provider = json.withObject("provider");
        String source = provider.path("source").asText("");
        Location location = new Location(source, 0, 0);
        return new ProviderInstance(
                provider.path("name").asText(),
                provider.path("type").asText(),
                SettingsJson.read(provider.path("settings"), location),
                location);
    }

    /** How its provider finds it. */
    public MachineRef ref() {
        return new MachineRef(json.path("provider").path("name").asText(), id(), map("ref"));
    }

    /** The room that it has. */
    List<Holding> holdings() {
        return Holding.read(json);
    }

    /** A copy whose ref has more in it. */
    public MachineRecord with(MachineRef ref) {
        ObjectNode copy = json.deepCopy();
        putMap(copy, "ref", ref.data());
        return new MachineRecord(copy, revision());
    }

    @Override
    public RecordKey key() {
        return key(id());
    }
}
