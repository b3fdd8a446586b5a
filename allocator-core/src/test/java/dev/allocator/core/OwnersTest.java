package dev.allocator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.allocator.Allocator;
import dev.allocator.CleanupReport.Entry;
import dev.allocator.CleanupReport.Outcome;
import dev.allocator.EndReason;
import dev.allocator.Lease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Owners that cannot be judged by their lock, and those that only seem to live. */
class OwnersTest extends ScriptedEngine {

    private static final String BOOT = firstLine("/proc/sys/kernel/random/boot_id");

    private Lease lease;
    private Path file;

    private static String firstLine(String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** A lease of an owner whose lock file is ours to write; no allocator looks after it by itself. */
    @BeforeEach
    void aLeaseOfSomebodyElse() {
        Allocator first = open();
        lease = first.allocate("demo");
        ObjectNode owner = content(leaseKey(lease)).withObject("owner");
        lease.detach();
        first.close();
        file = state().resolve("owners/12-34-somebody");
        edit(leaseKey(lease), tree -> {
            tree.remove("expires");
            tree.set(
                    "owner", owner.put("token", "12-34-somebody").put("pid", 12).put("start", 34));
        });
    }

    private void owner(String field, String value) {
        edit(leaseKey(lease), tree -> tree.withObject("owner").put(field, value));
    }

    private void beats(String boot, long uptime, Instant at) throws IOException {
        ObjectNode owner = content(leaseKey(lease)).withObject("owner");
        Files.writeString(file, "");
        ObjectNode sign = owner.objectNode()
                .put("format", 1)
                .put("host", owner.get("host").asText())
                .put("namespace", owner.get("namespace").asText())
                .put("boot", boot)
                .put("uptime", uptime)
                .put("at", at.toString())
                .put("device", (long) Files.getAttribute(file, "unix:dev"))
                .put("inode", (long) Files.getAttribute(file, "unix:ino"));
        Files.writeString(file, sign + "\n");
        Files.setLastModifiedTime(file, FileTime.from(at));
    }

    private static long uptime() {
        return (long) Double.parseDouble(firstLine("/proc/uptime").split(" ")[0]);
    }

    private void assertLeft(String why) {
        assertThat(open().cleanup().entries()).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Outcome.LEFT);
            assertThat(entry.subject()).contains(lease.id().value());
            assertThat(entry.reason()).startsWith("its owner, pid 12 on ").contains(why);
        });
        assertThat(provider.machines).hasSize(1);
    }

    private void assertEnds() {
        Allocator other = open();
        assertThat(other.cleanup().entries())
                .singleElement()
                .extracting(Entry::outcome)
                .isEqualTo(Outcome.DESTROYED);
        assertThat(other.ended().get(0).reason()).isEqualTo(EndReason.OWNER_DIED);
        assertNothingLeft();
    }

    @Test
    void anOwnerOnAnotherHostCountsAsDeadADayAfterItsLastSign() throws Exception {
        owner("host", "another");
        beats("another", 5, now.get());
        passes(Duration.ofHours(24).minusSeconds(1));
        assertLeft("it counts as dead 1d after its last sign of life, which was 23h59m59s ago");
        beats("another", 6, now.get());
        passes(Duration.ofHours(23));
        assertLeft("23h ago");
        passes(Duration.ofHours(1));
        assertEnds();
    }

    @Test
    void whereTheBootIsTheSameTheClockMayBeSetAsOneLikes() throws Exception {
        owner("namespace", "pid:[1]");
        beats(BOOT, uptime(), now.get());
        passes(Duration.ofDays(3650));
        assertLeft("may live on another host or in another pid namespace");
        passes(Duration.ofDays(-3651)); // not so far that the store's history, which goes by the real time, drops it
        assertLeft("0s ago");
        beats(BOOT, uptime() - Duration.ofHours(24).toSeconds(), now.get().plus(Duration.ofDays(7300)));
        if (uptime() < Duration.ofHours(24).toSeconds()) {
            assertLeft("ago"); // a sign before this boot is none
        } else {
            assertEnds();
        }
    }

    @Test
    void aSignThatCannotBeReadProvesNothing() throws Exception {
        owner("host", "another");
        passes(Duration.ofDays(300));
        assertLeft("its lock file is not there");
        Files.writeString(file, "{\"half");
        assertLeft("its last sign of life cannot be read");
    }

    @Test
    void afterARebootALockThatNobodyHoldsProvesADeath() throws Exception {
        owner("boot", "another");
        beats("another", 5, now.get());
        assertEnds();
        assertThat(file).doesNotExist();
    }

    @Test
    void aRecycledPidIsNotItsOwner() throws Exception {
        long pid = ProcessHandle.current().pid();
        edit(leaseKey(lease), tree -> tree.withObject("owner").put("pid", pid).put("start", 34));
        beats(BOOT, uptime(), now.get());
        assertEnds();
    }

    @Test
    void lockFilesOfTheDeadAreSweptOnceTheirLeasesAreOver() throws Exception {
        Path left = Files.createFile(state().resolve("owners/new-77-88-left"));
        Files.setLastModifiedTime(left, FileTime.from(now.get()));
        owner("host", "another");
        beats("another", 5, now.get());
        Allocator allocator = open();
        allocator.cleanup();
        assertThat(file).exists();
        assertThat(left).exists();
        allocator.lease(lease.id()).orElseThrow().discard();
        passes(Duration.ofHours(25));
        allocator.cleanup();
        assertThat(file).doesNotExist();
        assertThat(left).doesNotExist();
    }

    @Test
    void anOwnerGivesSignsOfLifeAndKeepsItsLock() throws Exception {
        owner("host", "another");
        Lease ours = open().allocate("demo");
        String token = content(leaseKey(ours)).at("/owner/token").asText();
        Path own = state().resolve("owners").resolve(token);
        // Reading it here would drop its lock.
        FileTime first = Files.getLastModifiedTime(own);
        passes(Duration.ofMinutes(5)); // a leap, so that it beats at once
        await().atMost(SOON).until(() -> Files.getLastModifiedTime(own).compareTo(first) > 0);
        Process reader = new ProcessBuilder("cat", own.toString()).start();
        String sign = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(sign).contains(now.get().toString(), BOOT).hasSize(1024).endsWith("\n");
        assertThat(Files.getPosixFilePermissions(own)).hasSize(2);
    }
}
