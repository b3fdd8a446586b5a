package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.allocator.cli.Workplace.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A canary as password, given in each way there is: nobody but its owner and the store of secrets ever has it. */
@Timeout(600)
class GuestSecretsIT {

    @TempDir
    Path scratch;

    private final List<String> canaries = Stream.of("argument", "ours", "spreads", "descriptor")
            .map(way -> "canary-" + way + "-" + UUID.randomUUID())
            .toList();
    private final FileTime begin = FileTime.from(Instant.now().minusSeconds(2));

    @Test
    void aPasswordStaysAmongThoseWhoWereGivenIt() throws Exception {
        try (Workplace work = new Workplace(scratch);
                SecretScan scan = SecretScan.start(canaries)) {
            List<String> addresses = new ArrayList<>();
            for (Started each : allocate(work, scan)) {
                addresses.add(Workplace.address(each.await()));
            }
            assertFilesHoldNone(work, scan);
            assertSecretsArePrivate(work.state);

            List<String> users = List.of("debian", "somebody", "root", "debian");
            for (int i = 0; i < 4; i++) {
                use(work, scan, addresses.get(i), canaries.get(i), users.get(i));
            }
            assertThat(work.run("list", "--json").out()).contains(addresses);
            for (String address : addresses) {
                assertThat(work.run("discard", address).status()).isZero();
            }
            await().until(() -> scan.looks() > 20);
            assertThat(scan.processes()).isEmpty();
            assertFilesHoldNone(work, scan);
        }
    }

    @Test
    void theScanFindsWhatIsThere() throws Exception {
        try (SecretScan scan = SecretScan.start(canaries)) {
            ProcessBuilder builder = new ProcessBuilder("sh", "-c", "read line").directory(scratch.toFile());
            builder.environment().put("ANYTHING", canaries.get(0));
            Process sees = builder.start();
            await().until(() ->
                    scan.processes().stream().anyMatch(found -> found.startsWith("environ of process " + sees.pid())));
            sees.destroy();
            Path file = Files.writeString(scratch.resolve("file"), "x" + canaries.get(3) + "y");
            assertThat(scan.files(scratch, begin, scratch.resolve("none"))).containsExactly(file);
        }
    }

    private List<Started> allocate(Workplace work, SecretScan scan) throws IOException {
        Started argument = work.start("-v", "allocate", "debian-12", "debian", canaries.get(0));
        scan.given(argument.process());
        Started ours = work.start(
                Map.of("ALLOCATOR_PASSWORD", canaries.get(1)),
                List.of(Workplace.PROGRAM, "-v", "allocate", "debian-12", "somebody"));
        scan.given(ours.process());
        Started spreads = work.start(
                Map.of("SPREAD_PASSWORD", canaries.get(2)),
                List.of(Workplace.PROGRAM, "-v", "allocate", "debian-12", "", ""));
        scan.given(spreads.process());
        Started descriptor = work.start(
                Map.of(),
                List.of(
                        "sh",
                        "-c",
                        "exec \"$0\" -v allocate debian-12 debian --password-fd 3 3<&0 </dev/null",
                        Workplace.PROGRAM));
        descriptor.feed(canaries.get(3) + "\n");
        return List.of(argument, ours, spreads, descriptor);
    }

    /** Runs commands in the machine, with the variable still set. */
    private static void use(Workplace work, SecretScan scan, String address, String canary, String user)
            throws Exception {
        for (List<String> words : List.of(
                List.of("exec", address, "--", "sh", "-c", "id -un; env | grep -c canary"),
                List.of("ssh", address, "id -un; env | grep -c canary"))) {
            Started started = work.start(
                    Map.of("SPREAD_PASSWORD", canary, "ALLOCATOR_PASSWORD", canary),
                    Stream.concat(Stream.of(Workplace.PROGRAM), words.stream()).toList());
            scan.given(started.process());
            assertThat(started.await().out()).isEqualTo(user + "\n0\n");
        }
    }

    /** Looks into all output, all files of the state directory but the secrets, and where temporary files go. */
    private void assertFilesHoldNone(Workplace work, SecretScan scan) throws IOException {
        assertThat(scan.files(scratch, begin, work.state.resolve("blobs"))).isEmpty();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        assertThat(scan.files(temporary, begin, scratch)).isEmpty();
        assertThat(temporary).isDirectoryNotContaining(each -> isNewLogIn(each));
    }

    private boolean isNewLogIn(Path folder) {
        try {
            return folder.getFileName().toString().startsWith("allocator-ssh-")
                    && Files.getLastModifiedTime(folder).compareTo(begin) > 0;
        } catch (IOException e) {
            return false; // somebody else's, gone meanwhile
        }
    }

    private void assertSecretsArePrivate(Path state) throws IOException {
        assertThat(mode(state)).isEqualTo("rwx------");
        assertThat(mode(state.resolve("blobs"))).isEqualTo("rwx------");
        List<Path> secrets = Host.files(state.resolve("blobs")).toList();
        assertThat(secrets).hasSize(4);
        for (Path secret : secrets) {
            assertThat(mode(secret)).isEqualTo("rw-------");
            assertThat(canaries).anyMatch(canary -> holds(secret, canary));
        }
    }

    private static boolean holds(Path secret, String canary) {
        try {
            return Files.readString(secret).contains(canary);
        } catch (IOException e) {
            throw new AssertionError("cannot read " + secret, e);
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
