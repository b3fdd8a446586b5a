package dev.allocator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.allocator.AllocationException;
import dev.allocator.AllocationFailure;
import dev.allocator.AllocatorException;
import dev.allocator.NoCapacityException;
import dev.allocator.Phase;
import dev.allocator.ProviderHealth;
import dev.allocator.ProvisioningException;
import dev.allocator.ReadinessTimeoutException;
import dev.allocator.StoreException;
import dev.allocator.UnknownProfileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Failures lead to their sections of {@code TROUBLESHOOTING.md}, and every section has one. */
class TroubleTest {

    record Case(Trouble trouble, Throwable failure) {}

    /** As the modules word them. */
    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        Trouble.KERNEL_PANIC,
                        died("no SSH banner from 127.0.0.1:1 within 5m", "Kernel panic - not syncing")),
                new Case(Trouble.KERNEL_PANIC, died("the machine's kernel panicked")),
                new Case(Trouble.BOOT_LOADER, died("the machine is stuck in its boot loader")),
                new Case(Trouble.BOOT_LOADER, died("no SSH banner from 127.0.0.1:1 within 5m", "No bootable device.")),
                new Case(
                        Trouble.KVM,
                        planned("accel is kvm, but KVM cannot run x86_64 guests: this user may not open /dev/kvm")),
                new Case(Trouble.QEMU_MISSING, planned("qemu-system-x86_64 is not installed: on Debian it is in …")),
                new Case(
                        Trouble.DISK_FULL,
                        new StoreException("cannot write in /s: No space left on device; free some space", null)),
                new Case(Trouble.DISK_FULL, planned("nothing can be allocated: there is no space left in /s (0 KiB)")),
                new Case(
                        Trouble.NETWORK_NAME,
                        new NoCapacityException(
                                failure(
                                        Phase.PLAN,
                                        "the name 'db' is taken in network 'lan' by lease x: ask for another"),
                                null)),
                new Case(
                        Trouble.NO_ROOM,
                        new NoCapacityException(failure(Phase.PLAN, "no room on x within 5m: y"), null)),
                new Case(Trouble.NO_ROOM, new NoCapacityException(failure(Phase.PLAN, "all hosts are busy"), null)),
                new Case(
                        Trouble.NO_ROOM, died("QEMU says: cannot set up guest memory; the host has too little memory")),
                new Case(Trouble.IMAGE_DOWNLOAD, planned("cannot download https://cloud.debian.org/x: 404")),
                new Case(
                        Trouble.IMAGE_MISSING,
                        planned("allocator.yaml:3:5: the image /x.qcow2 cannot be used: no such file")),
                new Case(Trouble.IMAGE_MISSING, planned("allocator.yaml:3:5: there is no image 'x'")),
                new Case(Trouble.IMAGE_MISSING, planned("allocator.yaml:3:5: LXD has no image 'debian-12'")),
                new Case(
                        Trouble.LXD_NOT_INITIALISED,
                        planned("there is no root disk in LXD's profile default: run 'lxd init', or")),
                new Case(
                        Trouble.LXD_PERMISSION, planned("LXD cannot be reached: this user may not open the socket /x")),
                new Case(
                        Trouble.LXD_PERMISSION,
                        planned("LXD does not trust this user: ask for membership in the group lxd")),
                new Case(Trouble.LXD_ABSENT, planned("LXD cannot be reached: there is no socket /x")),
                new Case(Trouble.LXD_ABSENT, planned("nobody listens at the socket /x")),
                new Case(
                        Trouble.LOGIN_REFUSED,
                        late(Phase.REACH, "the SSH server at 127.0.0.1:1 refused the log-in of debian")),
                new Case(
                        Trouble.LOGIN_REFUSED,
                        late(Phase.READY, "could not log in within 5m, last: none was answered")),
                new Case(Trouble.SSH_SILENT, late(Phase.REACH, "no SSH banner from 127.0.0.1:1 within 5m; tried")),
                new Case(Trouble.SSH_SILENT, late(Phase.REACH, "it took too long")),
                new Case(
                        Trouble.SETUP_STEP,
                        new ProvisioningException(failure(Phase.SETUP, "setup step 'x' exited with status 1"), null)),
                new Case(Trouble.MACHINE_DIED, died("qemu-system-x86_64 exited with status 1: bad argument")),
                new Case(Trouble.SEVERAL_LEASES, new AllocatorException("2 leases are at 10.0.0.1:22, so that it")),
                new Case(Trouble.UNKNOWN_LEASE, new CommandFailure("no lease '10.0.0.1:22' is known in /state")),
                new Case(Trouble.REAPER, new AllocatorException("machines may stay if this process is killed, until")),
                new Case(
                        Trouble.STATE_DIRECTORY,
                        new StoreException("cannot write the record a in /s: /s is not accessible", null)),
                new Case(
                        Trouble.STATE_DIRECTORY,
                        new StoreException("cannot use the state directory /s: others may write", null)),
                new Case(Trouble.SSH_CLIENT, new CommandFailure("cannot start 'ssh': install OpenSSH's client")),
                new Case(Trouble.PORT_TAKEN, new CommandFailure("cannot listen on 127.0.0.1:80: Permission denied")),
                new Case(Trouble.UNKNOWN_PROFILE, new UnknownProfileException("x", "there is no profile 'x'")),
                new Case(
                        Trouble.LXD_ABSENT,
                        new AllocatorException(
                                "cannot clean up", new AllocatorException("nobody listens at the socket /x"))));
    }

    private static AllocationFailure failure(Phase phase, String reason, String... console) {
        return AllocationFailure.builder("x", phase, reason)
                .consoleTail(List.of(console))
                .build();
    }

    private static Throwable planned(String reason) {
        return new ProvisioningException(failure(Phase.PLAN, reason), null);
    }

    private static Throwable died(String reason, String... console) {
        return new ProvisioningException(failure(Phase.REACH, reason, console), null);
    }

    private static AllocationException late(Phase phase, String reason) {
        return new ReadinessTimeoutException(failure(phase, reason), null);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void recognises(Case failed) {
        assertThat(Trouble.of(failed.failure())).contains(failed.trouble());
    }

    @ParameterizedTest
    @CsvSource({"internal error", "'a.yaml:1:2: unknown key ''imag'''", "no profile was given"})
    void saysNothingWhereNothingIsKnown(String message) {
        assertThat(Trouble.of(new AllocatorException(message))).isEmpty();
    }

    @Test
    void aGuestThatCameUpOnceDidNotFailByItsConsole() {
        Throwable failed = new ProvisioningException(
                failure(Phase.SETUP, "setup step 'x' failed", "GRUB loading", "Kernel panic in a test"), null);
        assertThat(Trouble.of(failed)).contains(Trouble.SETUP_STEP);
    }

    @Test
    void everySectionIsReachedAndEveryLinkHasASection() throws Exception {
        Set<Trouble> reached = EnumSet.noneOf(Trouble.class);
        cases().forEach(each -> reached.add(each.trouble()));
        List<String> sections =
                Files.readAllLines(Path.of(System.getProperty("project.root"), "examples/cli/TROUBLESHOOTING.md"))
                        .stream()
                        .filter(line -> line.startsWith("## "))
                        .map(line -> line.substring(3))
                        .toList();

        assertThat(reached).containsExactlyInAnyOrder(Trouble.values());
        assertThat(sections)
                .containsExactlyElementsOf(
                        Stream.of(Trouble.values()).map(Trouble::anchor).toList());
    }

    @Test
    void everySectionSaysHowItIsPrintedAndWhatToDo() throws Exception {
        String text = Files.readString(Path.of(System.getProperty("project.root"), "examples/cli/TROUBLESHOOTING.md"));
        Predicate<String> complete =
                section -> section.contains("\n> ") && section.strip().split("\n\n").length >= 2;

        assertThat(Stream.of(text.split("\n## ")).skip(1)).allMatch(complete);
    }

    @Test
    void theMessagePointsToTheSection() {
        CliRun cli = new CliRun();
        cli.openFails = new StoreException("cannot use the state directory /s: no", null);

        assertThat(cli.run("allocate", "debian-12")).isEqualTo(1);
        assertThat(cli.out()).isEqualTo("cannot use the state directory /s: no\n");
        assertThat(cli.err()).isEqualTo("""
                        allocator: cannot use the state directory /s: no
                        allocator: see TROUBLESHOOTING.md#state-directory
                        """);
    }

    @Test
    void checkPointsToTheSectionToo() {
        CliRun cli = new CliRun();
        cli.allocator.health = List.of(ProviderHealth.builder("a", "lxd", ProviderHealth.Status.UNUSABLE)
                .messages(List.of("LXD cannot be reached: there is no socket /x", "nobody listens at the socket /y"))
                .build());

        assertThat(cli.run("check")).isEqualTo(1);
        assertThat(cli.out()).containsOnlyOnce("               see TROUBLESHOOTING.md#lxd-absent\n");
    }
}
