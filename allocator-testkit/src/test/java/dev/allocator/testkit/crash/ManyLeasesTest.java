package dev.allocator.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.Allocator;
import dev.allocator.AllocatorOptions;
import dev.allocator.Lease;
import dev.allocator.LeaseId;
import dev.allocator.MachineId;
import dev.allocator.core.store.FileStore;
import dev.allocator.spi.RecordKey;
import dev.allocator.spi.Transaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ending one of ten thousand leases costs no more than ending the only one. */
@Timeout(300)
class ManyLeasesTest {

    private static final int LEASES = 10_000;
    private static final int MOST_FILES = 50;
    private static final Pattern OPENED = Pattern.compile("open(?:at)?\\((?:AT_FDCWD, )?\"([^\"]+)\"");

    @TempDir
    Path temp;

    private AllocatorOptions options(Path state) {
        return AllocatorOptions.builder()
                .configSearch(false)
                .stateDirectory(state)
                .profile(CrashProgram.cheap())
                .build();
    }

    @Test
    void discardingByAddressOpensFewFiles() throws Exception {
        Requirement.programs("strace");
        Path state = temp.resolve("state");
        String address;
        String pid;
        try (Allocator allocator = Allocator.open(options(state))) {
            Lease lease = allocator.allocate("cheap");
            lease.renew(Duration.ofHours(1));
            lease.detach();
            pid = lease.attributes().get("pid");
            address = lease.endpoint().orElseThrow().address().toString();
            multiply(state, lease.id(), lease.info().machine().orElseThrow(), address);
            assertThat(allocator.leases()).hasSize(LEASES);
        }

        Path trace = temp.resolve("trace");
        Path folder = Files.createDirectory(temp.resolve("program"));
        List<String> strace = List.of("strace", "-f", "-qq", "-e", "trace=open,openat", "-o", trace.toString());
        try (Program program = Program.start(folder, strace, DiscardProgram.class, state.toString(), address)) {
            program.awaitSuccess();
        }
        List<String> opened = Files.readAllLines(trace).stream()
                .map(OPENED::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .filter(path -> path.startsWith(state.toString()))
                .toList();
        Set<String> distinct = opened.stream().collect(Collectors.toSet());
        System.out.printf(
                "discard with %d live leases opened %d files of the state directory, %d times in all%n",
                LEASES, distinct.size(), opened.size());

        assertThat(distinct).isNotEmpty().hasSizeLessThan(MOST_FILES);
        assertThat(Path.of("/proc", pid)).as("the machine's process").doesNotExist();
        try (Allocator allocator = Allocator.open(options(state))) {
            assertThat(allocator.leaseAt(address)).isEmpty();
            assertThat(allocator.leases()).hasSize(LEASES - 1);
            assertThat(allocator.leaseAt("10.0.0.1:22")).as("another one").isPresent();
        }
    }

    /** Writes copies of a lease's records until there are enough. */
    private static void multiply(Path state, LeaseId lease, MachineId machine, String address) {
        try (FileStore store = FileStore.open(state)) {
            String leaseText = store.get(new RecordKey("lease", lease.value()))
                    .orElseThrow()
                    .json();
            String machineText = store.get(new RecordKey("machine", machine.value()))
                    .orElseThrow()
                    .json();
            for (int i = 1; i < LEASES; ) {
                Transaction.Builder some = Transaction.builder();
                for (int end = Math.min(LEASES, i + 33); i < end; i++) {
                    LeaseId newLease = LeaseId.random();
                    MachineId newMachine = MachineId.random();
                    String newAddress = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255) + ":22";
                    some.put(
                            new RecordKey("lease", newLease.value()),
                            leaseText
                                    .replace(lease.value(), newLease.value())
                                    .replace(machine.value(), newMachine.value())
                                    .replace(address, newAddress));
                    some.put(
                            new RecordKey("machine", newMachine.value()),
                            machineText
                                    .replace(lease.value(), newLease.value())
                                    .replace(machine.value(), newMachine.value()));
                    some.put(new RecordKey("address", newAddress), "{\"format\":1,\"lease\":\"" + newLease + "\"}");
                }
                assertThat(store.commit(some.build())).isTrue();
            }
        }
    }
}
