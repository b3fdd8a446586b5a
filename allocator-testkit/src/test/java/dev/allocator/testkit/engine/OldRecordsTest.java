package dev.allocator.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.AllocationException;
import dev.allocator.AllocationRequest;
import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.EndedLease;
import dev.allocator.Keep;
import dev.allocator.Lease;
import dev.allocator.LeaseInfo;
import dev.allocator.Profile;
import dev.allocator.Secret;
import dev.allocator.SshEndpoint;
import dev.allocator.core.lease.OwnerId;
import dev.allocator.core.store.FileStoreFactory;
import dev.allocator.spi.Store;
import dev.allocator.spi.StoredRecord;
import dev.allocator.spi.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * State directories of this version and of those before it, in {@code src/test/records}. None of them is ever changed; they
 * go two years after the last version that wrote such records.
 */
class OldRecordsTest extends EngineTest {

    /** When all of them were written; far from now, as the store drops what is old by the system's clock. */
    static final Instant WRITTEN = Instant.parse("2100-01-01T00:00:00Z");

    private static final Path RECORDED = Path.of("src/test/records");

    /** The folder that has what is written now. */
    private static final String NEWEST = "0.1.0";

    private final SettledProviderFactory plugin = new SettledProviderFactory(host);

    private Allocator openFarm() {
        return open(farm());
    }

    private AllocatorOptions.Builder farm() {
        Profile demo = Profile.named("demo", "farm").login(LOGIN).limit(9).build();
        Profile broken = Profile.named("broken", "farm")
                .login(LOGIN)
                .setup("exit 3")
                .keep(Keep.FAILED)
                .build();
        return options(demo, broken)
                .plugin(plugin)
                .provider("farm", "settled", Map.of("region", "north", "token", "a secret setting"));
    }

    static Stream<Path> versions() throws IOException {
        try (Stream<Path> folders = Files.list(RECORDED)) {
            return folders.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theLeasesOfAnOlderVersionAreSeenAndEnd(Path version) throws IOException {
        RecordedState.restore(version.resolve("state"), state());
        now.set(WRITTEN.plusSeconds(60));
        Allocator allocator = openFarm();
        assertThat(describe(allocator)).isEqualTo(Files.readString(version.resolve("seen.txt")));
        for (LeaseInfo info : allocator.leases()) {
            Lease lease =
                    allocator.leaseAt(info.address().orElseThrow().toString()).orElseThrow();
            assertThat(lease.id()).isEqualTo(info.id());
            lease.discard();
        }
        assertThat(plugin.regions()).containsEntry("farm", "north");
        awaitNothingLeft();
    }

    @Test
    void whatIsWrittenNowIsAmongThem() throws Exception {
        now.set(WRITTEN);
        try (Store store = write()) {
            Path recorded = RECORDED.resolve(NEWEST);
            if (Boolean.getBoolean("records.update")) {
                OwnerId self = OwnerId.self();
                UnaryOperator<String> anonymous = text -> text.replace(folder.toString(), "/home/user")
                        .replace(self.host(), "0123456789abcdef0123456789abcdef")
                        .replace(self.boot(), "01234567-89ab-cdef-0123-456789abcdef")
                        .replace(self.hostName(), "host");
                Files.createDirectories(recorded);
                RecordedState.record(store, recorded.resolve("state"), anonymous);
                Files.writeString(recorded.resolve("seen.txt"), anonymous.apply(describe(openFarm())));
            }
            RecordedState.restore(recorded.resolve("state"), folder.resolve("newest"));
            try (Store newest = new FileStoreFactory().open(new NoSettings(), folder.resolve("newest"))) {
                assertThat(RecordedState.fields(store))
                        .as(
                                "records have changed: keep what is in %s, name a new folder in this test, and run it with"
                                        + " -DargLine=-Drecords.update=true",
                                RECORDED)
                        .isEqualTo(RecordedState.fields(newest));
            }
        }
    }

    /** Leases of all kinds, as the store has them while their owner lives. */
    private Store write() {
        Allocator allocator = openFarm();
        AllocationRequest demo = AllocationRequest.forProfile("demo").build();
        allocator
                .allocate(AllocationRequest.forProfile("demo")
                        .name("server")
                        .network("lan")
                        .label("job", "1234")
                        .ttl(Duration.ofDays(2))
                        .build())
                .detach();
        assertThat(catchThrowableOfType(AllocationException.class, () -> allocator.allocate("broken")))
                .isNotNull();
        allocator.allocate(demo).discard();
        Lease attached = allocator.allocate(demo);
        assertThat(attached.info().attached()).isTrue();
        return store();
    }

    @Test
    void whatAVersionDoesNotKnowSurvivesIt() throws IOException {
        now.set(WRITTEN);
        Allocator allocator = openFarm();
        Lease lease = allocator.allocate("demo");
        try (Store store = store()) {
            for (String kind : List.of("lease", "machine")) {
                StoredRecord record = store.list(kind).get(0);
                ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(record.json());
                tree.putObject("later").put("format", 1);
                assertThat(store.commit(Transaction.builder()
                                .ifRevision(record.key(), record.revision())
                                .put(record.key(), tree.toString())
                                .build()))
                        .isTrue();
            }
            lease.renew(Duration.ofHours(7));
            lease.detach();
            assertThat(List.of("lease", "machine"))
                    .allSatisfy(kind -> assertThat(store.list(kind))
                            .singleElement()
                            .satisfies(record -> assertThat(record.json()).contains("\"later\":{\"format\":1}")));
            assertThat(onlyLease(allocator).expires()).contains(WRITTEN.plus(Duration.ofHours(7)));
        }
    }

    /** What the API shows of it. */
    private static String describe(Allocator allocator) {
        Stream<String> leases = allocator.leases().stream().map(info -> describe(allocator, info));
        Stream<String> ended = allocator.ended().stream().map(OldRecordsTest::describe);
        return Stream.concat(leases, ended).sorted().collect(Collectors.joining("\n", "", "\n"));
    }

    private static String describe(Allocator allocator, LeaseInfo info) {
        SshEndpoint endpoint =
                allocator.lease(info.id()).orElseThrow().endpoint().orElseThrow();
        return "lease " + info.id() + " of " + info.profile() + " by " + info.provider() + " is " + info.state()
                + "\n    machine " + info.machine() + " attached " + info.attached() + " owner " + info.owner()
                + "\n    name " + info.name() + " labels " + info.labels() + " networks " + info.networks()
                + "\n    created " + info.created() + " ready " + info.ready() + " expires " + info.expires()
                + "\n    problem " + info.problem()
                + "\n    " + endpoint.user() + "@" + endpoint.address() + " password "
                + endpoint.password().map(Secret::reveal) + " keys " + endpoint.hostKeys();
    }

    private static String describe(EndedLease lease) {
        return "ended " + lease.id() + " of " + lease.profile() + " at " + lease.address() + " because "
                + lease.reason() + "\n    created " + lease.created() + " ended " + lease.ended() + " phases "
                + lease.phases().keySet();
    }
}
