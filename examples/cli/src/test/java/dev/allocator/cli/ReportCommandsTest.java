package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.allocator.AllocatorException;
import dev.allocator.CacheEntry;
import dev.allocator.CleanupReport;
import dev.allocator.CleanupReport.Entry;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.ConfigurationException;
import dev.allocator.DataSize;
import dev.allocator.EndReason;
import dev.allocator.EndedLease;
import dev.allocator.HostAndPort;
import dev.allocator.LeaseId;
import dev.allocator.LeaseInfo;
import dev.allocator.LeaseState;
import dev.allocator.MachineId;
import dev.allocator.ProviderHealth;
import dev.allocator.ProviderHealth.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportCommandsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T05:00:00Z");

    private final CliRun cli = new CliRun();

    @Test
    void listsAlignedColumns() {
        LeaseInfo ready = cli.allocator
                .lease("aaaaaaaa-0000-4000-8000-000000000001", "127.0.0.1:4001")
                .info
                .expires(NOW.plusSeconds(86_399))
                .owner("pid 4711 on builder")
                .build();
        LeaseInfo pending = LeaseInfo.builder(
                        new LeaseId("bbbbbbbb-0000-4000-8000-000000000001"),
                        "a-much-longer-name",
                        "local",
                        LeaseState.PENDING,
                        NOW.minusSeconds(5))
                .problem("cannot\nbe destroyed")
                .nextTry(NOW.plusSeconds(20))
                .build();

        assertThat(LeaseTable.write(List.of(ready, pending), NOW, Colours.NONE)).isEqualTo("""
                        ID        PROFILE             PROVIDER  STATE    ADDRESS         USER    AGE    EXPIRES    OWNER                NEXT TRY  PROBLEM
                        aaaaaaaa  debian-12           local     ready    127.0.0.1:4001  debian  1h55m  in 23h59m  pid 4711 on builder  -         -
                        bbbbbbbb  a-much-longer-name  local     pending  -               -       5s     -          -                    in 20s    cannot be destroyed
                        """);
    }

    @Test
    void listsAHeaderWhenThereIsNothing() {
        assertThat(cli.run("list")).isZero();
        assertThat(cli.out())
                .isEqualTo("ID  PROFILE  PROVIDER  STATE  ADDRESS  USER  AGE  EXPIRES  OWNER  NEXT TRY  PROBLEM\n");
    }

    @Test
    void listsJsonWithoutSecrets() throws Exception {
        cli.allocator
                .lease("aaaaaaaa-0000-4000-8000-000000000001", "[::1]:4001")
                .info
                .machine(new MachineId("cccccccc-0000-4000-8000-000000000001"))
                .ready(NOW.plusNanos(123_456_789))
                .expires(NOW)
                .attached(true)
                .owner("pid \"1\"\\\n\u0001\ud83d\ude00ü")
                .labels(Map.of("k", "v"));
        cli.allocator.lease("bbbbbbbb-0000-4000-8000-000000000001", "127.0.0.1");

        assertThat(cli.run("list", "--json")).isZero();
        assertThat(cli.out()).doesNotContain("canary").hasLineCount(1).endsWith("\n");
        JsonNode document = new ObjectMapper().readTree(cli.out());
        assertThat(document.get("leases").get(0)).isEqualTo(new ObjectMapper().readTree("""
                        {"id": "aaaaaaaa-0000-4000-8000-000000000001", "profile": "debian-12", "provider": "local",
                         "state": "ready", "created": "2026-01-02T03:04:05Z", "ready": "2026-01-02T05:00:00.123Z",
                         "expires": "2026-01-02T05:00:00Z", "attached": true,
                         "owner": "pid \\"1\\"\\\\\\n\\u0001\\ud83d\\ude00ü",
                         "machine": "cccccccc-0000-4000-8000-000000000001",
                         "address": "[::1]:4001", "host": "::1", "port": 4001, "user": "debian",
                         "name": null, "networks": {},
                         "problem": null, "nextTry": null, "labels": {"k": "v"}}
                        """));
        assertThat(document.get("leases").get(1).get("ready").isNull()).isTrue();
    }

    private static EndedLease ended() {
        return EndedLease.builder(
                        new LeaseId("cccccccc-0000-4000-8000-000000000003"),
                        "debian-12",
                        EndReason.OWNER_DIED,
                        NOW.minusSeconds(3725),
                        NOW.plusNanos(123_456_789))
                .address(new HostAndPort("127.0.0.1", 5000))
                .message("it\nbroke")
                .phases(Map.of("create", Duration.ofMillis(1500)))
                .build();
    }

    @Test
    void listsWhatHasEnded() {
        cli.allocator.ended.add(ended());

        assertThat(cli.run("list", "--ended")).isZero();
        assertThat(cli.out()).isEqualTo("""
                        ID        PROFILE    REASON      ENDED                 LASTED  ADDRESS         MESSAGE
                        cccccccc  debian-12  owner died  2026-01-02T05:00:00Z  1h2m    127.0.0.1:5000  it broke
                        """);
    }

    @Test
    void listsWhatHasEndedAsJson() throws Exception {
        cli.allocator.ended.add(ended());

        assertThat(cli.run("list", "--ended", "--json")).isZero();
        assertThat(new ObjectMapper().readTree(cli.out())).isEqualTo(new ObjectMapper().readTree("""
                        {"ended": [{"id": "cccccccc-0000-4000-8000-000000000003", "profile": "debian-12",
                         "reason": "owner_died", "created": "2026-01-02T03:57:55Z",
                         "ended": "2026-01-02T05:00:00.123Z", "seconds": 3725,
                         "address": "127.0.0.1:5000", "host": "127.0.0.1", "port": 5000,
                         "message": "it\\nbroke", "phases": {"create": 1500}}]}
                        """));
    }

    @ParameterizedTest
    @CsvSource({
        "cleanup, cleanup",
        "cleanup --expired, cleanup leases",
        "cleanup --expired --dry-run, cleanup dry leases",
        "cleanup --realm aaaaaaaa-0000-4000-8000-000000000001, cleanup of aaaaaaaa-0000-4000-8000-000000000001",
        "cleanup --dry-run --realm=aaaaaaaa-0000-4000-8000-000000000001, "
                + "cleanup dry of aaaaaaaa-0000-4000-8000-000000000001",
    })
    void cleansUpWhatIsAskedFor(String line, String call) {
        assertThat(cli.run(line.split(" "))).isZero();
        assertThat(cli.allocator.calls).containsExactly(call, "close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--realm x", "--realm aaaaaaaa-0000-4000-8000-000000000001 --expired"})
    void refusesToCleanUpWhatMakesNoSense(String options) {
        assertThat(cli.run(("cleanup " + options).split(" "))).isEqualTo(2);
        assertThat(cli.err()).startsWith("allocator: --").hasLineCount(1);
        assertThat(cli.allocator.calls).isEmpty();
    }

    @Test
    void cleansUpWhatIsInUseToo() {
        cli.allocator.lease("11111111-2222-4333-8444-555555555555", "10.0.0.1:22");
        cli.allocator.lease("21111111-2222-4333-8444-555555555555", "10.0.0.2:22").discardFails =
                new AllocatorException("LXD is\n away", null);

        assertThat(cli.run("cleanup", "--all", "--dry-run")).isZero();
        assertThat(cli.allocator.calls).doesNotContain("discard 10.0.0.1:22");
        assertThat(cli.run("cleanup", "--all")).isEqualTo(1);

        assertThat(cli.allocator.calls).contains("discard 10.0.0.1:22", "discard 10.0.0.2:22");
        assertThat(cli.out()).isEqualTo("""
                        would destroy lease 11111111-2222-4333-8444-555555555555: debian-12 at 10.0.0.1:22
                        would destroy lease 21111111-2222-4333-8444-555555555555: debian-12 at 10.0.0.2:22
                        destroyed lease 11111111-2222-4333-8444-555555555555: debian-12 at 10.0.0.1:22
                        cannot destroy lease 21111111-2222-4333-8444-555555555555: debian-12 at 10.0.0.2:22: LXD is away
                        """);
    }

    @Test
    void allIsNoRealm() {
        assertThat(cli.run("cleanup", "--all", "--expired")).isEqualTo(2);
        assertThat(cli.err()).contains("--all goes with neither --expired nor --realm");
        assertThat(cli.allocator.calls).isEmpty();
    }

    @Test
    void saysThatADryRunIsMissing() {
        cli.allocator.cleanupFails = new AllocatorException("no dry run was made", null);
        assertThat(cli.run("cleanup", "--realm", "aaaaaaaa-0000-4000-8000-000000000001"))
                .isEqualTo(1);
        assertThat(cli.err()).isEqualTo("allocator: no dry run was made\n");
    }

    @ParameterizedTest
    @CsvSource({
        "false, DESTROYED, 0, destroyed",
        "true, DESTROYED, 0, would destroy",
        "false, FAILED, 1, cannot destroy",
        "false, LEFT, 0, left"
    })
    void reportsACleanUp(boolean dryRun, Outcome outcome, int status, String word) {
        cli.allocator.report = new CleanupReport(false, List.of(new Entry("machine 1", outcome, "nobody\nholds it")));

        assertThat(dryRun ? cli.run("cleanup", "--dry-run") : cli.run("cleanup"))
                .isEqualTo(status);
        assertThat(cli.out()).isEqualTo(word + " machine 1: nobody holds it\n");
    }

    @Test
    void saysThatThereIsNothingToCleanUp() {
        assertThat(cli.run("cleanup")).isZero();
        assertThat(cli.out()).isEqualTo("nothing to clean up\n");
    }

    @Test
    void checksWhatCanWork() {
        cli.allocator.configFiles = List.of(Path.of("/p/allocator.yaml"));
        cli.allocator.health = List.of(
                ProviderHealth.builder("local", "qemu", Status.HEALTHY)
                        .messages(List.of("machines run with tcg"))
                        .build(),
                ProviderHealth.builder("slow", "qemu", Status.DEGRADED)
                        .messages(List.of("no KVM"))
                        .build());

        assertThat(cli.run("check")).isZero();
        assertThat(cli.out()).isEqualTo("""
                        configuration  /p/allocator.yaml
                        state          /state
                        profiles       debian-12
                        provider       local (qemu): OK
                                       machines run with tcg
                        provider       slow (qemu): works, with a drawback
                                       no KVM
                                       see TROUBLESHOOTING.md#kvm
                        """);
    }

    @Test
    void checksAsJson() throws Exception {
        cli.allocator.health = List.of(ProviderHealth.builder("local", "qemu", Status.DEGRADED)
                .messages(List.of("no KVM"))
                .build());

        assertThat(cli.run("check", "--json")).isZero();
        assertThat(new ObjectMapper().readTree(cli.out())).isEqualTo(new ObjectMapper().readTree("""
                        {"configuration": [], "state": "/state", "profiles": ["debian-12"], "plugins": [], "providers": [
                          {"name": "local", "type": "qemu", "status": "degraded", "messages": ["no KVM"]}]}
                        """));
    }

    @Test
    void namesPlugins(@TempDir Path folder) throws Exception {
        Path plugin = Files.createDirectories(folder.resolve("acme"));
        cli.environment.put("ALLOCATOR_PLUGINS", folder + ":/missing");

        cli.run("check");
        assertThat(cli.out())
                .contains("plugin         " + plugin + "\nplugin         none in /missing, which does not exist\n");
        cli.stdout = new java.io.ByteArrayOutputStream();
        cli.run("check", "--json");
        assertThat(cli.out()).contains("\"plugins\":[\"" + plugin + "\"]");
    }

    @Test
    void listsProfiles() throws Exception {
        cli.run("profiles");
        assertThat(cli.out()).isEqualTo("PROFILE    PROVIDER  IMAGE\ndebian-12  local     -\n");
        cli.stdout = new java.io.ByteArrayOutputStream();
        cli.run("profiles", "--json");
        assertThat(new ObjectMapper().readTree(cli.out()))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        "{\"profiles\": [{\"name\": \"debian-12\", \"provider\": \"local\", \"image\": null}]}"));
    }

    @Test
    void printsTheSchemaForEditors() throws Exception {
        assertThat(cli.run("schema")).isZero();
        assertThat(new ObjectMapper()
                        .readTree(cli.out())
                        .at("/properties/profiles/type/0")
                        .asText())
                .isEqualTo("object");
    }

    private void fillCache() {
        cli.allocator.cache = List.of(
                new CacheEntry("debian:12 (x86_64)", Path.of("/cache/a"), DataSize.ofMebibytes(300), NOW, true),
                new CacheEntry("ubuntu:24.04", Path.of("/cache/b"), new DataSize(1), NOW.minusSeconds(60), false));
    }

    @Test
    void showsTheCache() {
        fillCache();

        assertThat(cli.run("cache", "du")).isZero();
        assertThat(cli.out()).isEqualTo("""
                        SIZE    LAST USED             IN USE  WHAT                FILE
                        300MiB  2026-01-02T05:00:00Z  yes     debian:12 (x86_64)  /cache/a
                        1MiB    2026-01-02T04:59:00Z  no      ubuntu:24.04        /cache/b
                        301MiB in /cache
                        """);
    }

    @Test
    void showsTheCacheAsJson() throws Exception {
        fillCache();

        assertThat(cli.run("cache", "du", "--json")).isZero();
        assertThat(new ObjectMapper().readTree(cli.out())).isEqualTo(new ObjectMapper().readTree("""
                        {"directory": "/cache", "bytes": 314572801, "entries": [
                          {"name": "debian:12 (x86_64)", "file": "/cache/a", "bytes": 314572800,
                           "lastUsed": "2026-01-02T05:00:00Z", "inUse": true},
                          {"name": "ubuntu:24.04", "file": "/cache/b", "bytes": 1,
                           "lastUsed": "2026-01-02T04:59:00Z", "inUse": false}]}
                        """));
    }

    @ParameterizedTest
    @CsvSource({"cache prune, PT0S", "cache prune --older-than 30d, PT720H"})
    void prunesTheCache(String line, String unusedFor) {
        fillCache();

        assertThat(cli.run(line.split(" "))).isZero();
        assertThat(cli.allocator.calls).containsExactly("prune " + unusedFor, "close");
        assertThat(cli.out()).contains("ubuntu:24.04").endsWith("removed 1MiB from /cache\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache", "cache fill", "cache du --older-than 1d"})
    void refusesWhatTheCacheCannot(String line) {
        assertThat(cli.run(line.split(" "))).isEqualTo(2);
        assertThat(cli.allocator.calls).isEmpty();
    }

    @Test
    void checksWhatCannotWork() {
        cli.allocator.health = List.of(ProviderHealth.builder("local", "qemu", Status.UNUSABLE)
                .messages(List.of("qemu-system-x86_64 is not installed"))
                .build());

        assertThat(cli.run("check")).isEqualTo(1);
        assertThat(cli.out())
                .contains("configuration  no file found\n")
                .endsWith(
                        "provider       local (qemu): cannot be used\n               qemu-system-x86_64 is not installed\n"
                                + "               see TROUBLESHOOTING.md#qemu-missing\n");
    }

    @Test
    void checksTheConfigurationAtOnce() {
        cli.openFails = new ConfigurationException(List.of("a.yaml:1:2: no", "a.yaml:3:4: neither"));

        assertThat(cli.run("check")).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("allocator: a.yaml:1:2: no\nallocator: a.yaml:3:4: neither\n");
        assertThat(cli.out()).isEmpty();
    }
}
