package dev.allocator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.allocator.spi.Deadline;
import dev.allocator.spi.Diagnosis;
import dev.allocator.spi.Provider;
import dev.allocator.spi.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stand-ins for QEMU and for {@code /dev/kvm} show what is chosen, and what is remembered of it. */
class AcceleratorsTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    /** Runs what wants KVM in emulation, on the real QEMU. */
    private static final String PRETENDS = """
            for word; do
                shift
                case "$word" in
                    kvm) word=tcg;;
                    host) word=max;;
                esac
                set -- "$@" "$word"
            done
            exec qemu-system-x86_64 "$@"
            """;

    @TempDir
    Path folder;

    private TestContext context;
    private Path device;
    private Path qemu;

    @BeforeEach
    void stage() throws Exception {
        Assumptions.assumeTrue(
                Architecture.hostName().equals("x86_64"), "the guest that tries KVM is one for x86_64 hosts");
        context = new TestContext(folder).at(NOON);
        device = Files.createFile(folder.resolve("kvm"));
        qemu = folder.resolve("qemu");
    }

    /** A QEMU that keeps count of its runs, the first word of which is its process. */
    private void standIn(String script) throws Exception {
        Files.writeString(qemu, "#!/bin/sh\necho $$ \"$*\" >> '" + folder.resolve("runs") + "'\n" + script);
        Files.setPosixFilePermissions(qemu, PosixFilePermissions.fromString("rwx------"));
    }

    private List<String> runs() throws Exception {
        Path runs = folder.resolve("runs");
        return Files.exists(runs) ? Files.readAllLines(runs) : List.of();
    }

    private Path verdict() {
        return new KvmVerdicts(context, device).file(qemu);
    }

    /** By a program that has just started. */
    private Accelerator auto() throws Exception {
        return new Accelerators(context, device)
                .choose(
                        new AccelSetting("auto", "accel"),
                        qemu,
                        Architecture.X86_64,
                        Deadline.in(Duration.ofMinutes(1)));
    }

    @Test
    void aGuestThatRunsUnderKvmIsRemembered() throws Exception {
        Fixtures.requireQemu();
        standIn(PRETENDS);

        assertThat(auto()).isEqualTo(Accelerator.kvm("a tiny guest ran under KVM"));
        assertThat(auto()).isEqualTo(Accelerator.kvm("a tiny guest ran under KVM"));

        assertThat(runs()).singleElement().asString().contains("-accel kvm -cpu host");
        assertThat(verdict().getParent().getParent().getParent()).isEqualTo(context.cacheDirectory());
        try (var files = Files.list(verdict().getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(verdict().getFileName().toString(), "kvm-probe.img");
        }
    }

    @Test
    void aGuestThatHangsIsEndedAndRememberedForAnHour() throws Exception {
        standIn("exec sleep 1000\n");

        Accelerator hung = auto();

        assertThat(hung)
                .isEqualTo(Accelerator.insteadOfKvm("/dev/kvm can be opened, but a tiny guest did not end within 2s"));
        long process = Long.parseLong(runs().get(0).split(" ")[0]);
        assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isEmpty();
        context.at(NOON.plus(Duration.ofMinutes(59)));
        assertThat(auto()).isEqualTo(hung);
        assertThat(runs()).hasSize(1);

        context.at(NOON.plus(Duration.ofMinutes(61)));
        standIn("exit 33\n");
        assertThat(auto().name()).isEqualTo("kvm");
    }

    @Test
    void aQemuThatAbortsIsQuoted() throws Exception {
        standIn("echo 'qemu-system-x86_64: error: failed to set MSR 0x48e' >&2; kill -ABRT $$\n");

        assertThat(auto().reason())
                .isEqualTo("/dev/kvm can be opened, but QEMU was killed by signal 6: failed to set MSR 0x48e");
        context.at(NOON.plus(Duration.ofHours(23)));
        assertThat(auto().fallback()).isTrue();
        assertThat(runs()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill -KILL $$", "echo 'cannot set up guest memory: Cannot allocate memory' >&2; exit 1"})
    void whatIsNotForKvmToBlameIsNotRemembered(String end) throws Exception {
        standIn(end + "\n");
        assertThat(auto().fallback()).isTrue();

        standIn("exit 33\n");
        assertThat(auto()).isEqualTo(Accelerator.kvm("a tiny guest ran under KVM"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "null", "\u0000\u0001", "{\"found\": 7}", "{\"found\": \"2026-11-21T12:00:00Z\"}"
            })
    void whatCannotBeReadIsTriedAgain(String damage) throws Exception {
        standIn("exit 33\n");
        auto();
        String written = Files.readString(verdict());
        Files.writeString(verdict(), damage);

        assertThat(auto().name()).isEqualTo("kvm");

        assertThat(runs()).hasSize(2);
        assertThat(Files.readString(verdict())).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "kernel", "device", "qemu", "format"})
    void aVerdictOnSomethingElseDoesNotCount(String fact) throws Exception {
        standIn("exit 33\n");
        auto();
        String written = Files.readString(verdict());
        String other = written.replaceFirst("(\"" + fact + "\":\")", "$1other ");
        Files.writeString(verdict(), other);

        auto();

        assertThat(other).isNotEqualTo(written);
        assertThat(runs()).hasSize(2);
        assertThat(Files.readString(verdict())).isEqualTo(written);
    }

    @Test
    void aQemuThatWasReplacedIsTriedAgain() throws Exception {
        standIn("exit 33\n");
        auto();
        standIn("echo no >&2; exit 1\n");

        assertThat(auto().reason()).endsWith("QEMU exited with status 1: no");
    }

    @Test
    void theDeviceIsLookedAtEachTime() throws Exception {
        standIn("exit 33\n");
        auto();
        Files.delete(device);

        assertThat(auto()).isEqualTo(Accelerator.insteadOfKvm("/dev/kvm does not exist"));

        Files.createFile(device);
        Files.setPosixFilePermissions(device, PosixFilePermissions.fromString("---------"));
        KvmDevice looked = KvmDevice.look(device);
        assertThat(looked == KvmDevice.FORBIDDEN)
                .as("root may open anything")
                .isNotEqualTo("root".equals(System.getProperty("user.name")));
        assertThat(auto().fallback()).isEqualTo(looked == KvmDevice.FORBIDDEN);
    }

    @Test
    void whatCannotBeRememberedIsTriedByEachProgram() throws Exception {
        standIn("exit 33\n");
        Files.createDirectories(verdict()); // a folder stands where the file should

        assertThat(auto().name()).isEqualTo("kvm");
        assertThat(auto().name()).isEqualTo("kvm");
        assertThat(runs()).hasSize(2);
    }

    @Test
    void saysHowToMendEach() {
        assertThat(KvmDevice.FORBIDDEN.advice("alice", verdict()))
                .anyMatch(line -> line.contains("sudo usermod -aG kvm alice"))
                .anyMatch(line ->
                        line.contains("KERNEL==\"kvm\", GROUP=\"kvm\", MODE=\"0666\", OPTIONS+=\"static_node=kvm\""));
        assertThat(KvmDevice.MISSING.advice("alice", verdict()))
                .singleElement()
                .asString()
                .contains("nested virtualisation", "modprobe");
        assertThat(KvmDevice.OPEN.advice("alice", verdict()))
                .singleElement()
                .asString()
                .contains(verdict().toString(), "ALLOCATOR_ACCEL=kvm");
    }

    @Test
    void theEnvironmentOverridesTheProfileAndThatItsInstance() throws Exception {
        TestSettings profile = new TestSettings(Map.of("accel", "kvm"));
        assertThat(AccelSetting.of(context, Optional.empty())).isEqualTo(new AccelSetting("auto", "accel"));
        context.setting("accel", "tcg");
        assertThat(AccelSetting.of(context, Optional.empty())).isEqualTo(new AccelSetting("tcg", "accel"));
        assertThat(AccelSetting.of(context, Optional.of(profile))).isEqualTo(new AccelSetting("kvm", "accel"));
        context.variable("ALLOCATOR_ACCEL", "auto");
        assertThat(AccelSetting.of(context, Optional.of(profile)))
                .isEqualTo(new AccelSetting("auto", "ALLOCATOR_ACCEL"));
    }

    @Test
    void anEnvironmentThatMakesNoSenseIsRefusedBeforeAnythingIsMade() {
        context.variable("ALLOCATOR_ACCEL", "KVM");
        try (Provider provider = new QemuProviderFactory().open(context)) {
            assertThatThrownBy(() -> provider.plan(Fixtures.spec(
                            context, Fixtures.profile("./tiny.img").build())))
                    .isInstanceOf(ProviderException.class)
                    .hasMessage("the environment variable ALLOCATOR_ACCEL is 'KVM' (expected auto, kvm or tcg)");
            assertThat(provider.diagnose())
                    .extracting(Diagnosis::message)
                    .anyMatch(message -> message.contains("ALLOCATOR_ACCEL is 'KVM'"));
        }
    }

    @Test
    void kvmForAGuestOfAnotherArchitectureIsRefused() {
        assertThatThrownBy(() -> new Accelerators(context, device)
                        .choose(
                                new AccelSetting("kvm", "ALLOCATOR_ACCEL"),
                                qemu,
                                Architecture.AARCH64,
                                Deadline.in(Duration.ofMinutes(1))))
                .hasMessage("ALLOCATOR_ACCEL is set to kvm, but KVM cannot run aarch64 guests on this host;"
                        + " choose auto or tcg");
    }

    /** Where KVM opens but hangs, as on many hosts that are virtual machines, and where it works. */
    @Test
    void thisHostsOwnKvmIsJudgedOnce() throws Exception {
        Fixtures.requireQemu();
        Assumptions.assumeTrue(KvmDevice.look(KvmDevice.PATH) == KvmDevice.OPEN, "/dev/kvm cannot be opened here");
        device = KvmDevice.PATH;
        standIn("exec qemu-system-x86_64 \"$@\"\n");

        Accelerator first = auto();

        assertThat(auto()).isEqualTo(first);
        assertThat(runs()).hasSize(1);
        assertThat(first.fallback()).isEqualTo(first.name().equals("tcg"));
    }
}
